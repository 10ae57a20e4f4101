import { handleApiRequest } from '@silt/api';
import { reportError } from '../../../../server/report-error.ts';
import { webServices } from '../../../../server/services.ts';

const handle = (request: Request): Promise<Response> =>
  handleApiRequest(request, {
    endpoint: '/api/trpc',
    services: webServices(),
    reportError: (error, path) => reportError(`api ${path ?? 'request'}`, error.cause ?? error),
  });

export { handle as GET, handle as POST };
