/** What adds a collector, one line each, to copy into a shell. */
export interface EnrolmentCommands {
  /** A host with systemd or without; runs as root. */
  host: string;
  container: string;
  kubernetes: string;
}

export interface EnrolmentRequest {
  /** `wss://silt.example/collect`, or `ws://` on loopback. */
  collectorUrl: string;
  /** sha256 of the server's certificate, 64 hex; null = a public authority signed it. */
  pin: string | null;
  /** sha256 of its public key, base64: what curl compares. Null with `pin`. */
  keyPin: string | null;
  token: string;
}

/** What a shell, YAML and a Dockerfile all take as it is. */
const COLLECTOR_URL = /^wss?:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?(?:\/[\w.~-]+)*\/collect$/;
const TOKEN = /^silt-enrol-[\w-]{43}$/;
const PIN = /^[0-9a-f]{64}$/;
const KEY_PIN = /^[A-Za-z0-9+/]{43}=$/;
const IMAGE = 'node:24-bookworm-slim';
const STATE = '/var/lib/silt-collector';
/** Of apps/collector/node-flags.json; a test compares. */
const SMALL = '--lite-mode --single-threaded --max-semi-space-size=1 --v8-pool-size=0';

/**
 * Tokens reach programs by stdin or a file where there is a way, since a list of processes shows arguments to everybody.
 * Throws RangeError for an address, pin or token that is none: it would be text in somebody's root shell.
 */
export function enrolmentCommands(request: EnrolmentRequest): EnrolmentCommands {
  check(request);
  return { host: hostLine(request), container: containerLine(request), kubernetes: kubernetesLine(request) };
}

function check({ collectorUrl, pin, keyPin, token }: EnrolmentRequest): void {
  if (!COLLECTOR_URL.test(collectorUrl)) throw new RangeError(`"${collectorUrl}" is no address of a Silt server`);
  if (!TOKEN.test(token)) throw new RangeError('the text is no enrolment token');
  if (pin !== null && !PIN.test(pin)) throw new RangeError(`"${pin}" is no fingerprint of a certificate`);
  if (keyPin !== null && !KEY_PIN.test(keyPin)) throw new RangeError(`"${keyPin}" is no fingerprint of a key`);
  if ((pin === null) !== (keyPin === null)) throw new RangeError('a certificate and its key are pinned together');
}

function hostLine({ collectorUrl, keyPin, token }: EnrolmentRequest): string {
  const script = `${curl(keyPin)} ${quoted(`${handOutUrl(collectorUrl)}/install.sh`)}`;
  return `{ printf 'SILT_ENROLMENT_TOKEN=%s\\n' ${quoted(token)}; ${script}; } | sudo sh`;
}

function containerLine({ collectorUrl, pin, token }: EnrolmentRequest): string {
  const environment = { SILT_GATEWAY_URL: collectorUrl, SILT_SERVER_PIN: pin, SILT_ENROLMENT_TOKEN: token };
  const settings = Object.entries(environment).filter(([, value]) => value !== null);
  return [
    'docker run -d --name silt-collector --restart unless-stopped --pid host',
    '--cap-drop ALL --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH',
    `-v /:/host:ro,rslave -v silt-collector:${STATE}`,
    ...settings.map(([name, value]) => `-e ${name}=${quoted(String(value))}`),
    `${IMAGE} node ${SMALL} -e ${quoted(FETCH_AND_RUN)}`,
  ].join(' ');
}

function kubernetesLine({ collectorUrl, keyPin, token }: EnrolmentRequest): string {
  const applied = '--dry-run=client -o yaml | kubectl apply -f -';
  return [
    `kubectl create namespace silt ${applied}`,
    `printf %s ${quoted(token)} | kubectl -n silt create secret generic silt-enrolment --from-file=token=/dev/stdin ${applied}`,
    `${curl(keyPin)} ${quoted(`${handOutUrl(collectorUrl)}/kubernetes.yaml`)} | kubectl apply -f -`,
  ].join(' && ');
}

/**
 * The base image has no curl: Node fetches the collector, compares the certificate with the pin and the file with the
 * checksum, and keeps it beside the key, so that a start without the server runs what was there. No single quotes.
 */
const FETCH_AND_RUN = [
  'const fs=require("fs"),{createHash}=require("crypto"),e=process.env,p=e.SILT_SERVER_PIN,s=e.SILT_GATEWAY_URL;',
  'const get=n=>new Promise((y,x)=>{const u=s.replace(/^ws/,"http").replace(/collect$/,"collector/")+n;',
  'const r=require(s[2]=="s"?"https":"http").get(u,{rejectUnauthorized:!p,agent:false,timeout:60000},a=>{',
  'const c=[];a.on("data",d=>c.push(d)).on("end",()=>a.statusCode==200?y(Buffer.concat(c)):x(Error(u+" answers "+a.statusCode)))',
  '.on("error",x)}).on("error",x).on("timeout",()=>r.destroy(Error("no answer from "+u)));',
  'if(p)r.on("socket",k=>k.on("secureConnect",()=>{',
  'if(k.getPeerCertificate().fingerprint256.replace(/:/g,"").toLowerCase()!=p)r.destroy(Error("the certificate is not the pinned one"))}))});',
  `const f="${STATE}/silt-collector.mjs";(async()=>{try{`,
  'const b=await get("silt-collector.mjs"),t=String(await get("SHA256SUMS"));',
  'if(!t.includes(createHash("sha256").update(b).digest("hex")+"  silt-collector.mjs"))throw Error("wrong checksum");',
  'fs.writeFileSync(f+".draft",b,{mode:0o700});fs.renameSync(f+".draft",f)}',
  'catch(x){console.error("silt: "+x.message);if(!fs.existsSync(f))process.exit(1)}',
  'process.execArgv=[];process.argv=[process.argv[0],f,"run","--host-root","/host"];await import(f)})()',
].join('');

const curl = (keyPin: string | null): string =>
  keyPin === null ? 'curl -fsS' : `curl -fsS --insecure --pinnedpubkey ${quoted(`sha256//${keyPin}`)}`;

/** `https://silt.example/collector`, beside the path that collectors connect to. */
const handOutUrl = (collectorUrl: string): string =>
  collectorUrl.replace(/^ws/, 'http').replace(/collect$/, 'collector');

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
