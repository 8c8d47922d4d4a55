import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type TSchema, Type } from 'typebox'
import { defineProblem } from '#platform/problem/problem.ts'
import { createBareServer } from '#support/bare-server.ts'
import { problemResponses } from '../problem-responses.ts'
import type { Server } from '../server.ts'
import { referenceRoutes } from './reference-routes.ts'

const full = defineProblem({ code: 'things/full', status: 409, title: 'Full', advice: 'Wait.', detail: () => '' })
const closed = defineProblem({ code: 'things/closed', status: 409, title: 'Closed', advice: 'Wait.', detail: () => '' })
const info = { title: 'Things', version: '1.2.3', description: '', tags: [{ name: 'things', description: 'Things.' }] }

async function serverWith(t: TestContext, routes: (app: Server) => void, servesPage = true): Promise<Server> {
  const app = createBareServer(t)
  await app.register(async (api: Server) => routes(api), { prefix: '/api' })
  await app.register(referenceRoutes, { info, apiPrefix: '/api', servesPage })
  await app.ready()
  return app
}

async function documentOf(app: Server) {
  const response = await app.inject('/api/openapi.json')
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

function route(
  app: Server,
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  schema: Record<string, unknown>,
  config = {},
) {
  app.route({
    method,
    url,
    schema: { operationId: 'use', tags: ['things'], ...schema },
    config,
    handler: async () => '',
  })
}

async function schemasOf(t: TestContext, body: TSchema, answer: TSchema) {
  const app = await serverWith(t, (api) => route(api, 'POST', '/things', { body, response: { 200: answer } }))
  const document = await documentOf(app)
  const operation = document.paths['/api/things'].post
  return {
    components: document.components.schemas,
    body: operation.requestBody.content['application/json'].schema,
    answer: operation.responses[200].content['application/json'].schema,
  }
}

describe('the OpenAPI document', () => {
  test('requires what has a default in an answer, not in a request', async (t) => {
    const schema = Type.Object({ name: Type.String(), limit: Type.Integer({ default: 20 }) })
    const { body, answer } = await schemasOf(t, schema, schema)
    assert.deepEqual(body.required, ['name'])
    assert.deepEqual(answer.required, ['name', 'limit'])
    assert.equal(body.properties.limit.default, 20)
  })

  test('names schemas by their $id, apart for requests where they differ', async (t) => {
    const Plain = Type.Object({ name: Type.String() }, { $id: 'Plain' })
    const Defaulted = Type.Object({ size: Type.Integer({ default: 1 }), plain: Plain }, { $id: 'Defaulted' })
    const { body, answer, components } = await schemasOf(t, Defaulted, Type.Object({ items: Type.Array(Defaulted) }))
    assert.equal(body.$ref, '#/components/schemas/DefaultedInput')
    assert.equal(answer.properties.items.items.$ref, '#/components/schemas/Defaulted')
    assert.deepEqual(components.DefaultedInput.required, ['plain'])
    assert.deepEqual(components.Defaulted.required, ['size', 'plain'])
    assert.equal(components.DefaultedInput.properties.plain.$ref, '#/components/schemas/Plain')
    assert.equal(JSON.stringify(components).includes('$id'), false)
  })

  test('writes choices as enums, nullable values as two types, and records as maps', async (t) => {
    const { answer } = await schemasOf(
      t,
      Type.Object({}),
      Type.Object({
        color: Type.Union([Type.Literal('red'), Type.Literal('blue')], { description: 'Which.' }),
        size: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
        counts: Type.Record(Type.String(), Type.Integer()),
      }),
    )
    assert.deepEqual(answer.properties.color, { description: 'Which.', type: 'string', enum: ['red', 'blue'] })
    assert.deepEqual(answer.properties.size, { type: ['integer', 'null'], minimum: 1 })
    assert.deepEqual(answer.properties.counts, { type: 'object', additionalProperties: { type: 'integer' } })
  })

  test('lists path, query and header parameters', async (t) => {
    const schema = {
      params: Type.Object({ thingId: Type.String({ format: 'uuid' }) }),
      querystring: Type.Object({ limit: Type.Integer({ default: 20, description: 'How many.' }), q: Type.String() }),
    }
    const document = await documentOf(
      await serverWith(t, (api) => {
        route(api, 'GET', '/things/:thingId', schema)
        route(api, 'GET', '/plain/:name', {})
      }),
    )
    assert.deepEqual(document.paths['/api/things/{thingId}'].get.parameters, [
      { name: 'thingId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      {
        name: 'limit',
        in: 'query',
        description: 'How many.',
        required: false,
        schema: { type: 'integer', default: 20 },
      },
      { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
    ])
    const [name] = document.paths['/api/plain/{name}'].get.parameters
    assert.deepEqual(name, { name: 'name', in: 'path', required: true, schema: { type: 'string' } })
  })

  test('tells every problem by status, its own and those that any address has, and what to do about it', async (t) => {
    const document = await documentOf(
      await serverWith(t, (api) =>
        route(api, 'POST', '/things', { body: Type.Object({}), response: problemResponses(full, closed) }),
      ),
    )
    const { responses } = document.paths['/api/things'].post
    const refusal = (status: number) => document.components.responses[responses[status].$ref.split('/').at(-1)]
    assert.deepEqual(refusal(409)['x-problems'], ['things/full', 'things/closed'])
    assert.match(refusal(409).description, /\[`things\/full`\]\(\/problems\/things\/full\) Full/)
    assert.ok(refusal(409).content['application/problem+json'])
    assert.deepEqual(refusal(400)['x-problems'], ['request/invalid', 'request/malformed'])
    assert.deepEqual(Object.keys(responses), ['400', '409', '413', '415', '421', '429', '500', '503'])
    const entry = document['x-problems'].find((one: { code: string }) => one.code === 'things/full')
    assert.deepEqual(entry, { code: 'things/full', status: 409, title: 'Full', advice: 'Wait.' })
  })

  test('tells what idempotent and versioned routes add: headers, 304 and 412', async (t) => {
    const response = { 200: Type.Object({}) }
    const document = await documentOf(
      await serverWith(t, (api) => {
        route(api, 'POST', '/things', { response }, { idempotent: true })
        route(api, 'GET', '/thing', { response }, { versioned: true })
        route(api, 'PATCH', '/thing', { response }, { versioned: true })
      }),
    )
    const { get, patch } = document.paths['/api/thing']
    assert.equal(document.paths['/api/things'].post.parameters[0].name, 'Idempotency-Key')
    assert.ok(document.paths['/api/things'].post.responses[200].headers['Idempotency-Replayed'])
    assert.equal(get.parameters[0].name, 'If-None-Match')
    assert.ok(get.responses[304])
    assert.ok(get.responses[200].headers.ETag)
    assert.equal(patch.parameters[0].name, 'If-Match')
    assert.equal(patch.responses[412].$ref, '#/components/responses/request.version-changed')
  })

  test('cannot be made of two different schemas with one $id', async (t) => {
    const app = await serverWith(t, (api) => {
      route(api, 'GET', '/a', { response: { 200: Type.Object({ a: Type.String() }, { $id: 'Same' }) } })
      route(api, 'GET', '/b', { response: { 200: Type.Object({ b: Type.String() }, { $id: 'Same' }) } })
    })
    assert.equal((await app.inject('/api/openapi.json')).statusCode, 500)
  })

  test('304 for a client that has it already', async (t) => {
    const app = await serverWith(t, () => {})
    const { etag } = (await app.inject('/api/openapi.json')).headers
    const again = await app.inject({ url: '/api/openapi.json', headers: { 'if-none-match': `W/"x", ${etag}` } })
    assert.equal(again.statusCode, 304)
    assert.equal(again.body, '')
    assert.equal(again.headers.etag, etag)
  })
})

describe('the reference page', () => {
  test('200 with a policy that loads nothing from elsewhere, and every file it names', async (t) => {
    const app = await serverWith(t, () => {})
    const page = await app.inject('/docs')
    assert.equal(page.statusCode, 200)
    assert.match(String(page.headers['content-type']), /^text\/html/)
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self';/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
    assert.ok(files.length >= 4)
    for (const file of files) assert.equal((await app.inject(file)).statusCode, 200, file)
  })

  test('404 when it is switched off; the document stays', async (t) => {
    const app = await serverWith(t, () => {}, false)
    assert.equal((await app.inject('/docs')).statusCode, 404)
    assert.equal((await app.inject('/api/openapi.json')).statusCode, 200)
  })
})
