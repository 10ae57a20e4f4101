import type { Session, WebServices } from '@silt/services';

export const SESSION: Session = {
  user: { id: '0198a000-0000-7000-8000-000000000001', name: 'Ada', email: 'ada@example.org' },
  organisation: { id: '0198a000-0000-7000-8000-0000000000aa', name: 'Home' },
  role: 'owner',
};
export const HOST_ID = '0198a000-0000-7000-8000-000000000002';

/** Services of which only the given calls may be made; any other call fails the test. */
export function stubServices(calls: Partial<WebServices>): WebServices {
  return new Proxy(calls as WebServices, {
    get(target, name) {
      const call = Reflect.get(target, name);
      if (call === undefined) throw new Error(`services.${String(name)} must not be called here`);
      return call;
    },
  });
}
