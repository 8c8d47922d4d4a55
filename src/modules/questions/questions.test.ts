import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { makeBank, makeQuestion, sampleContents } from '#support/questions.ts'

async function setUp(harness: Harness) {
  const owner = await harness.signUp('instructor')
  const { courseId } = await makeCourse(owner)
  return { owner, courseId, bankId: await makeBank(owner, courseId) }
}

/** A content without the ids that the server gave. */
function plain(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content, (key, value) => (key === 'id' || key === 'matchId' ? undefined : value)))
}

describe('POST /question-banks/:bankId/questions', () => {
  test('201 for every type, each option and item with an id of its own', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    for (const [type, content] of Object.entries(sampleContents)) {
      const response = await owner.post(`/question-banks/${bankId}/questions`, { content })
      assert.equal(response.statusCode, 201, response.body)
      const question = response.json()
      assert.deepEqual(plain(question.content), content)
      assert.deepEqual([question.type, question.points, question.versionNumber], [type, '1', 1])
      assert.equal(question.name, content.prompt)
      const ids = JSON.stringify(question.content).match(/"(?:id|matchId)":"[0-9a-f]{12}"/g) ?? []
      assert.equal(new Set(ids).size, ids.length)
      assert.deepEqual((await owner.get(`/questions/${question.id}`)).json(), question)
    }
  })

  test('400 names the field, and nothing is stored', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const choice = sampleContents['single-choice']
    const rows: [body: object, pointer: string][] = [
      [{}, '/body/content'],
      [{ content: { type: 'poll', prompt: 'x' } }, '/body/content/type'],
      [{ content: { ...choice, prompt: ' ' } }, '/body/content/prompt'],
      [{ content: { ...choice, options: choice.options.slice(0, 1) } }, '/body/content/options'],
      [
        { content: { ...choice, options: choice.options.map((one) => ({ ...one, isCorrect: true })) } },
        '/body/content/options',
      ],
      [
        { content: { ...choice, options: [...choice.options, { text: 'Sydney', isCorrect: false }] } },
        '/body/content/options/3/text',
      ],
      [
        { content: { ...choice, options: choice.options.map((one) => ({ ...one, id: 'a'.repeat(12) })) } },
        '/body/content/options/0/id',
      ],
      [{ content: { ...choice, answer: 1 } }, '/body/content/answer'],
      [{ content: { ...sampleContents.numeric, value: 9.81 } }, '/body/content/value'],
      [{ content: choice, points: 2 }, '/body/points'],
      [{ content: choice, points: '1.00001' }, '/body/points'],
      [{ content: choice, tags: ['a', 'a'] }, '/body/tags'],
    ]
    for (const [body, pointer] of rows) {
      const response = await owner.post(`/question-banks/${bankId}/questions`, body)
      assert.equal(response.statusCode, 400, JSON.stringify(body))
      const pointers = response.json().errors.map((error: { pointer: string }) => error.pointer)
      assert.ok(pointers.includes(pointer), `${pointer}: ${response.body}`)
    }
    assert.deepEqual((await owner.get(`/question-banks/${bankId}/questions`)).json().items, [])
    const lost = await owner.post(`/question-banks/${randomUUID()}/questions`, { content: choice })
    assert.equal(lost.statusCode, 404)
  })
})

describe('PATCH /questions/:questionId', () => {
  test('200 another content is a new version; the old one stays as it was, and kept options keep their ids', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents['single-choice'] })
    const [first, second] = question.content.options
    const options = [{ ...second, text: 'Canberra!' }, { ...first }, { text: 'Perth', isCorrect: false }]
    const response = await owner.patch(`/questions/${question.id}`, { content: { ...question.content, options } })
    assert.equal(response.statusCode, 200, response.body)
    const changed = response.json()
    assert.equal(changed.versionNumber, 2)
    assert.notEqual(changed.versionId, question.versionId)
    const ids = changed.content.options.map(({ id }: { id: string }) => id)
    assert.deepEqual(ids.slice(0, 2), [second.id, first.id])
    assert.match(ids[2], /^[0-9a-f]{12}$/)
    const old = (await owner.get(`/questions/${question.id}/versions/1`)).json()
    assert.deepEqual([old.id, old.content], [question.versionId, question.content])
    const { items } = (await owner.get(`/questions/${question.id}/versions?limit=1`)).json()
    assert.deepEqual([items[0].number, items[0].content], [2, changed.content])
    assert.equal((await owner.get(`/questions/${question.id}/versions/3`)).statusCode, 404)
  })

  test('the database itself refuses to change a version', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const { versionId } = await makeQuestion(owner, bankId)
    const change = harness.db.updateTable('question_version').set({ number: 2 }).where('id', '=', versionId)
    await assert.rejects(change.execute(), /never changes/)
  })

  test('200 name, points and tags make no new version, nor does the same content', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents.matching, tags: ['old'] })
    const wish = { name: 'Capitals', points: '2.5', tags: ['b', 'a'], content: question.content }
    const changed = (await owner.patch(`/questions/${question.id}`, wish)).json()
    assert.deepEqual(
      [changed.name, changed.points, changed.tags, changed.versionNumber, changed.versionId],
      ['Capitals', '2.5', ['a', 'b'], 1, question.versionId],
    )
  })

  test('400 for another type and for ids that the present version does not have; nothing changes', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents.ordering })
    const [one, ...rest] = question.content.items
    for (const [content, pointer] of [
      [sampleContents.essay, '/body/content/type'],
      [{ ...question.content, items: [{ ...one, id: '0'.repeat(12) }, ...rest] }, '/body/content/items/0/id'],
      [{ ...question.content, items: [one, { ...rest[0], id: one.id }] }, '/body/content/items/1/id'],
    ] as const) {
      const response = await owner.patch(`/questions/${question.id}`, { content })
      assert.equal(response.statusCode, 400, response.body)
      assert.equal(response.json().errors[0].pointer, pointer)
    }
    assert.deepEqual((await owner.get(`/questions/${question.id}`)).json(), question)
  })

  test('412 for all but one of those who change the same version at once', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents['true-false'] })
    const change = (prompt: string, headers: Record<string, string>) =>
      owner.patch(`/questions/${question.id}`, { content: { ...question.content, prompt } }, headers)
    const guarded = await Promise.all(['a', 'b', 'c', 'd'].map((prompt) => change(prompt, { 'if-match': '"1"' })))
    assert.deepEqual(guarded.map(({ statusCode }) => statusCode).sort(), [200, 412, 412, 412])
    const open = await Promise.all(['e', 'f', 'g', 'h'].map((prompt) => change(prompt, {})))
    assert.deepEqual(open.map((response) => response.json().versionNumber).sort(), [3, 4, 5, 6])
    const { items } = (await owner.get(`/questions/${question.id}/versions`)).json()
    assert.deepEqual(
      items.map(({ number }: { number: number }) => number),
      [6, 5, 4, 3, 2, 1],
    )
  })
})

describe('GET /question-banks/:bankId/questions', () => {
  test('pages in the order of making, filtered by type, tag and text in any spelling', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    await makeQuestion(owner, bankId, { content: sampleContents.essay, tags: ['physics'], name: 'Ice' })
    await makeQuestion(owner, bankId, {
      content: { ...sampleContents.essay, prompt: 'Où est l’Élysée, 100%?' },
      name: 'B',
    })
    await makeQuestion(owner, bankId, { content: sampleContents['true-false'], tags: ['physics', 'water'], name: 'C' })
    const names = async (query: string): Promise<string[]> =>
      (await owner.get(`/question-banks/${bankId}/questions?${query}`))
        .json()
        .items.map((one: { name: string }) => one.name)
    assert.deepEqual(await names(''), ['Ice', 'B', 'C'])
    assert.deepEqual(await names('type=essay'), ['Ice', 'B'])
    assert.deepEqual(await names('tag=physics'), ['Ice', 'C'])
    assert.deepEqual(await names('tag=physics&type=essay'), ['Ice'])
    assert.deepEqual(await names('text=ELYSEE'), ['B'])
    assert.deepEqual(await names('text=%25'), ['B'])
    assert.deepEqual(await names('text=_'), [])
    assert.deepEqual(await names('text=water'), ['C'])
    const first = (await owner.get(`/question-banks/${bankId}/questions?limit=2`)).json()
    assert.deepEqual(await names(`limit=2&cursor=${first.nextCursor}`), ['C'])
    assert.equal((await owner.get(`/question-banks/${bankId}/questions?type=poll`)).statusCode, 400)
    assert.equal((await owner.get(`/question-banks/${bankId}/questions?cursor=x`)).statusCode, 400)
  })
})

describe('the life of a question', () => {
  test('archived it leaves the list and comes back; duplicated it is another one', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents.ordering, tags: ['x'], points: '3' })
    const address = `/questions/${question.id}`
    const listed = async (query: string) =>
      (await owner.get(`/question-banks/${bankId}/questions?${query}`)).json().items.length
    assert.equal((await owner.post(`${address}/restore`)).statusCode, 409)
    assert.equal((await owner.post(`${address}/archive`)).statusCode, 200)
    assert.equal((await owner.post(`${address}/archive`)).statusCode, 409)
    assert.deepEqual([await listed(''), await listed('archived=true')], [0, 1])
    assert.equal((await owner.post(`${address}/restore`)).statusCode, 200)

    const other = await makeBank(owner, courseId)
    const copied = await owner.post(`${address}/duplicate`, { bankId: other })
    assert.equal(copied.statusCode, 201, copied.body)
    const copy = copied.json()
    assert.deepEqual([copy.bankId, copy.tags, copy.points, copy.versionNumber], [other, ['x'], '3', 1])
    assert.deepEqual(plain(copy.content), plain(question.content))
    assert.notEqual(copy.content.items[0].id, question.content.items[0].id)
    assert.equal((await owner.delete(`/questions/${copy.id}`)).statusCode, 204)
    assert.equal((await owner.delete(`/questions/${copy.id}`)).statusCode, 404)
    const stranger = await harness.signUp('instructor')
    const { courseId: elsewhere } = await makeCourse(stranger)
    const refused = await owner.post(`${address}/duplicate`, { bankId: await makeBank(stranger, elsewhere) })
    assert.equal(refused.statusCode, 404)
  })

  test('200 the preview tells no key, and a tried answer its points', async (t) => {
    const harness = await createHarness(t)
    const { owner, bankId } = await setUp(harness)
    const question = await makeQuestion(owner, bankId, { content: sampleContents['multiple-choice'], points: '10' })
    const preview = await owner.get(`/questions/${question.id}/preview?seed=7`)
    assert.deepEqual(Object.keys(preview.json()), ['type', 'prompt', 'options'])
    assert.doesNotMatch(preview.body, /isCorrect/)
    assert.equal((await owner.get(`/questions/${question.id}/preview?seed=7`)).body, preview.body)
    const ids = question.content.options.map(({ id }: { id: string }) => id)
    const tried = await owner.post(`/questions/${question.id}/try`, { answer: { optionIds: ids.slice(0, 2) } })
    assert.deepEqual(tried.json(), {
      points: '6.6667',
      pointsPossible: '10',
      isCorrect: false,
      parts: ids.slice(0, 2).map((id: string) => ({ id, isCorrect: true })),
    })
    const wrong = await owner.post(`/questions/${question.id}/try`, { answer: { optionIds: ['f'.repeat(12)] } })
    assert.equal(wrong.json().errors[0].pointer, '/body/answer/optionIds/0')
  })
})
