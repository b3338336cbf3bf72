/** Whose access the functions use: their own for reading, the caller's for what is a person's own. */
import { DefaultAzureCredential, OnBehalfOfCredential } from '@azure/identity';
import { type HttpRequest } from '@azure/functions';
import { type Client, PimError, graph } from 'pimkit';

export interface Access {
  /** The application's own access. It may read; activations and approvals are refused before anything is sent. */
  application(): Promise<Client>;
  /** The access of whoever signed in, from their token. */
  person(token: string): Promise<Client>;
}

/** Access in Azure: the managed identity, and the caller's token exchanged for one to Graph. */
export const azure: Access = {
  application: () => graph(new DefaultAzureCredential(), { speaksFor: 'application' }),
  person: (userAssertionToken) =>
    graph(
      new OnBehalfOfCredential({
        tenantId: setting('TENANT_ID'),
        clientId: setting('CLIENT_ID'),
        clientSecret: setting('CLIENT_SECRET'),
        userAssertionToken,
      }),
      { speaksFor: 'delegated' },
    ),
};

/** A setting of the function app. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the setting ${name} of the function app is missing`);
  return value;
}

/** The token of whoever signed in: as App Service hands it on, or as a bearer token. */
export function tokenOf(request: HttpRequest): string {
  const token = request.headers.get('x-ms-token-aad-access-token') ?? /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined || token === '') throw new PimError('unauthenticated', 'sign in: this is done with your own access');
  return token;
}
