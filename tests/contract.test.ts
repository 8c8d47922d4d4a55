import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TSchema } from 'typebox'
import { serializerCompiler } from '#platform/http/serialization.ts'
import { validatorCompiler } from '#platform/http/validation.ts'
import { createHarness } from '#support/harness.ts'
import { referenceInfo } from '../src/reference.ts'
import { operationsOf, readResponse } from './support/openapi.ts'

describe('the API reference', () => {
  test('every operation has a unique name, a summary and tags that are described', async (t) => {
    const { visitor } = await createHarness(t)
    const operations = operationsOf((await visitor.get('/openapi.json')).json())
    assert.ok(operations.length > 5)
    const names = operations.map(({ operation }) => operation.operationId)
    assert.deepEqual([...new Set(names)], names)
    const tags = referenceInfo.tags.map((tag) => tag.name)
    for (const { method, path, operation } of operations) {
      const where = `${method} ${path}`
      assert.match(operation.operationId ?? '', /^[a-z]+[a-zA-Z]*$/, where)
      assert.ok(operation.summary, `${where} has a summary`)
      assert.ok(operation.tags?.length, `${where} has a tag`)
      for (const tag of operation.tags ?? []) assert.ok(tags.includes(tag), `${where}: ${tag} is described`)
    }
    const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []))
    assert.deepEqual(
      tags.filter((tag) => !used.has(tag)),
      [],
    )
  })

  test('every operation tells its success, and 401 if it takes a token', async (t) => {
    const { visitor } = await createHarness(t)
    for (const { method, path, operation } of operationsOf((await visitor.get('/openapi.json')).json())) {
      const statuses = Object.keys(operation.responses)
      assert.ok(
        statuses.some((status) => status.startsWith('2')),
        `${method} ${path} declares a success`,
      )
      if (operation.security !== undefined) assert.ok(statuses.includes('401'), `${method} ${path} declares 401`)
    }
  })

  test('every schema can be compiled: the server does so only when it is first used', async (t) => {
    const { app } = await createHarness(t)
    const [validators, serializers] = [validatorCompiler(), serializerCompiler()]
    for (const { url, method, schema = {} } of app.server.routeCatalogue) {
      const where = `${method} ${url}`
      for (const httpPart of ['params', 'querystring', 'headers', 'body'] as const) {
        const part = schema[httpPart] as TSchema | undefined
        if (part === undefined || 'content' in part) continue
        const validate = validators({ schema: part, method: 'GET', url, httpPart })
        assert.doesNotThrow(() => validate({}), where)
      }
      for (const answer of Object.values((schema.response ?? {}) as Record<string, object>)) {
        if ('content' in answer) continue
        const serialize = serializers({ schema: answer, method: 'GET', url })
        // The value need not fit; only an error in the schema itself is of interest.
        assert.doesNotThrow(() => ignoreValue(() => serialize({})), where)
      }
    }
  })

  test('every reference in it leads somewhere', async (t) => {
    const { visitor } = await createHarness(t)
    const document = (await visitor.get('/openapi.json')).json()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to)
    assert.ok(references.length > 0)
    for (const reference of new Set(references)) {
      const target = reference
        .split('/')
        .slice(1)
        .reduce((part, key) => part?.[key], document)
      assert.ok(target, reference)
    }
  })

  test('one problem code means one thing, and each is documented at its address', async (t) => {
    const { app, visitor } = await createHarness(t)
    const document = (await visitor.get('/openapi.json')).json()
    const declared = app.server.routeCatalogue.flatMap(({ schema }) =>
      Object.values((schema?.response ?? {}) as Record<string, { 'x-problems'?: { code: string }[] }>).flatMap(
        (response) => response['x-problems'] ?? [],
      ),
    )
    const meanings = new Map<string, string>()
    for (const problem of declared) {
      const meaning = JSON.stringify(problem)
      assert.equal(meanings.get(problem.code) ?? meaning, meaning)
      meanings.set(problem.code, meaning)
    }
    for (const { code } of document['x-problems']) {
      assert.match(code, /^[a-z-]+\/[a-z-]+$/)
      assert.equal((await app.server.inject(`/problems/${code}`)).statusCode, 200, code)
    }
    for (const { operation } of operationsOf(document)) {
      for (const status of Object.keys(operation.responses)) {
        const { problems } = readResponse(document, operation, status)
        for (const code of problems)
          assert.ok(document['x-problems'].some((one: { code: string }) => one.code === code))
      }
    }
  })
})

/** Lets a refusal of the value pass, but not a failure to make the serializer. */
function ignoreValue(serialize: () => void): void {
  try {
    serialize()
  } catch (error) {
    if (!(error instanceof Error) || !/is required!|does not match/.test(error.message)) throw error
  }
}
