import { webServices } from '../../../../server/services.ts';

const handle = (request: Request): Promise<Response> => webServices().handleAuth(request);

export { handle as GET, handle as POST };
