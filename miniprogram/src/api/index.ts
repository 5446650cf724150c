/**
 * The one way to the server. Types come from the contract: `npm run contract` writes `contract.d.ts` from
 * `docs/openapi.json`, so a page that asks for what the server does not have does not compile.
 */
import type { components, paths } from './contract'
import { request } from './request'

/** A shape of the contract by its name. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name]

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never
}[keyof paths]

type Json<Response> = Response extends { content: { 'application/json': infer Answer } } ? Answer : never
type Responses<M extends Method, P extends keyof paths> = paths[P][M] extends { responses: infer All } ? All : never
/** What the server answers when it did what it was asked. */
export type Answer<M extends Method, P extends keyof paths> = Json<
  Responses<M, P>[Extract<keyof Responses<M, P>, 200 | 201 | 202>]
>
/** The names in the braces of a path. */
export type At<M extends Method, P extends keyof paths> = paths[P][M] extends {
  parameters: { path: infer Named extends object }
}
  ? Named
  : Record<string, never>
export type Query<P extends keyof paths> = paths[P]['get'] extends { parameters: { query?: infer Asked } }
  ? NonNullable<Asked>
  : never
/** What a request carries. */
export type Body<M extends Method, P extends keyof paths> = paths[P][M] extends {
  requestBody: { content: { 'application/json': infer Sent } }
}
  ? Sent
  : undefined
type Keyed<M extends Method, P extends keyof paths> = paths[P][M] extends {
  parameters: { header: { 'Idempotency-Key': string } }
}
  ? [key: string]
  : [key?: string]

/** Read something. */
export function get<P extends PathsWith<'get'>>(
  path: P,
  at: At<'get', P>,
  query?: Query<P>,
): Promise<Answer<'get', P>> {
  return request('GET', path, at, { query: query as Record<string, unknown> }) as Promise<Answer<'get', P>>
}

/** Do something; where the contract asks for an idempotency key, the compiler does too. */
export function post<P extends PathsWith<'post'>>(
  path: P,
  at: At<'post', P>,
  body: Body<'post', P>,
  ...[key]: Keyed<'post', P>
): Promise<Answer<'post', P>> {
  return request('POST', path, at, { body, key }) as Promise<Answer<'post', P>>
}

/** Set something to what it shall be; saying it twice changes nothing more. */
export function put<P extends PathsWith<'put'>>(
  path: P,
  at: At<'put', P>,
  body: Body<'put', P>,
  ...[key]: Keyed<'put', P>
): Promise<Answer<'put', P>> {
  return request('PUT', path, at, { body, key }) as Promise<Answer<'put', P>>
}

/** Change part of something. */
export function patch<P extends PathsWith<'patch'>>(
  path: P,
  at: At<'patch', P>,
  body: Body<'patch', P>,
  ...[key]: Keyed<'patch', P>
): Promise<Answer<'patch', P>> {
  return request('PATCH', path, at, { body, key }) as Promise<Answer<'patch', P>>
}

/** Take something away. */
export function remove<P extends PathsWith<'delete'>>(path: P, at: At<'delete', P>): Promise<Answer<'delete', P>> {
  return request('DELETE', path, at, {}) as Promise<Answer<'delete', P>>
}
