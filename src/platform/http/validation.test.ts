import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { createBareServer } from '#support/bare-server.ts'
import { oneLine } from './one-line.ts'

const id = Type.String({ format: 'uuid' })
const lower = '019ff5e6-0000-7000-8000-00000000abcd'

describe('UUIDs in capitals, as some platforms write them, are those in lower case', () => {
  test('200 in the address, in the query, in lists and in bodies', async (t) => {
    const app = createBareServer(t)
    const schema = {
      params: Type.Object({ id }),
      querystring: Type.Object({ with: Type.Optional(id) }),
      body: Type.Object({ one: id, many: Type.Array(id), none: Type.Union([id, Type.Null()]), text: Type.String() }),
    }
    app.post('/things/:id', { schema }, async ({ params, query, body }) => ({ params, query, body }))
    const upper = lower.toUpperCase()
    const answer = await app.inject({
      method: 'POST',
      url: `/things/${upper}?with=${upper}`,
      payload: { one: upper, many: [upper, lower], none: null, text: upper },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json(), {
      params: { id: lower },
      query: { with: lower },
      body: { one: lower, many: [lower, lower], none: null, text: upper },
    })
  })

  for (const wrong of ['urn:uuid:019ff5e6-0000-7000-8000-00000000abcd', `${lower}0`, 'x', '']) {
    test(`400 for “${wrong}”, which is none`, async (t) => {
      const app = createBareServer(t)
      app.post('/things', { schema: { body: Type.Object({ one: id }) } }, async () => ({}))
      const answer = await app.inject({ method: 'POST', url: '/things', payload: { one: wrong } })
      assert.equal(answer.statusCode, 400)
      assert.deepEqual(answer.json().errors, [{ pointer: '/body/one', message: 'must be a valid UUID' }])
    })
  }
})

describe('a text of one line', () => {
  const send = async (t: Parameters<typeof createBareServer>[0], name: string) => {
    const app = createBareServer(t)
    app.post('/things', { schema: { body: Type.Object({ name: oneLine(40) }) } }, async () => ({}))
    return app.inject({ method: 'POST', url: '/things', payload: { name } })
  }

  for (const name of ['Ada', 'Zoë 🎓', 'محمد', '李', "O'Brien-Śmith", 'नमस्ते', '👩‍👧', 'می‌خواهم', '- §1 -']) {
    test(`200 for “${name}”`, async (t) => assert.equal((await send(t, name)).statusCode, 200))
  }

  const refused = {
    'a line break': 'a\r\nBcc: x',
    'a bell': 'a\u0007',
    'a line separator': 'a\u2028b',
    'a direction turned round': 'a\u202egnp.exe',
    'nothing that can be seen': '\u200b\u200d\u2060',
    spaces: '   ',
  }
  for (const [what, name] of Object.entries(refused)) {
    test(`400 for ${what}`, async (t) => {
      const answer = await send(t, name)
      assert.equal(answer.statusCode, 400)
      assert.match(answer.json().errors[0].message, /^must be one line with a character that can be seen/)
    })
  }
})
