import { type Decoded, decode } from './decode.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import { type GatewayMessage, gatewayMessageSchema } from './messages/gateway-messages.ts';

/** What a gateway sent; as `decodeCollectorMessage`, but a collector holds no more schemas than it needs. */
export function decodeGatewayMessage(text: string): Decoded<GatewayMessage> {
  return decode(text, gatewayMessageSchema, MAX_FRAME_BYTES);
}
