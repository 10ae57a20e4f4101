// The way in. It holds only what every Node can parse, so that an old one gets a sentence and not a stack trace.
const version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(`Silt needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}
import('./lib/start.mjs').then(({ start }) => start(process.argv.slice(2)));
