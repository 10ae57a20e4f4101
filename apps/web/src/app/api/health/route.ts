import { webServices } from '../../../server/services.ts';

/** 200 when the database answers, else 503, for load balancers and containers. */
export async function GET(): Promise<Response> {
  try {
    await webServices().hasOwner();
    return Response.json({ status: 'ok' });
  } catch {
    return Response.json({ status: 'unavailable' }, { status: 503 });
  }
}
export const dynamic = 'force-dynamic';
