import { containerdElsewhere } from './containerd-elsewhere/rule.ts';
import { dindLiveOnGraphDriver } from './dind-live-on-graph-driver/rule.ts';
import { dindNotReady } from './dind-not-ready/rule.ts';
import { dindPrivileged } from './dind-privileged/rule.ts';
import { dockerTcpPlain } from './docker-tcp-plain/rule.ts';
import { driverFallback } from './driver-fallback/rule.ts';
import { rootOnNetworkFs } from './root-on-network-fs/rule.ts';
import { rootlessNamespaces } from './rootless-namespaces/rule.ts';
import type { Rule } from './rule.ts';
import { twoDaemonsOneRoot } from './two-daemons-one-root/rule.ts';

export const DAEMONS_RULES: readonly Rule[] = [
  ...[twoDaemonsOneRoot, dockerTcpPlain, dindPrivileged, dindNotReady, dindLiveOnGraphDriver],
  ...[rootOnNetworkFs, rootlessNamespaces, driverFallback, containerdElsewhere],
];
