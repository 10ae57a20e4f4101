export interface HostAddress {
  hostId: number;
  organisationId: string;
}
