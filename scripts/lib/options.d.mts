/** Types of options.mjs for the tests. */
export const ENVIRONMENT: Record<string, string>;
export function parseOptions(
  args: string[],
  environment: Record<string, string | undefined>,
): {
  dataFolder: string;
  port: number;
  gatewayPort: number;
  host: string;
  beatSeconds: number;
  demo: boolean;
  collector: boolean;
  prebuilt: boolean;
  help: boolean;
  databaseUrl: string | null;
  publicUrl: string;
  collectorUrl: string;
  tls: { certFile: string; keyFile: string } | null;
  trustedProxies: string[];
};
