import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { makeCourse } from '#support/courses.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { makeBank, makeQuestion, sampleContents } from '#support/questions.ts'

async function setUp(harness: Harness) {
  const owner = await harness.signUp('instructor')
  const { courseId } = await makeCourse(owner)
  return { owner, courseId }
}

describe('question banks', () => {
  test('201, then read, changed by its version, listed, archived, restored and deleted', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const created = await owner.post(`/courses/${courseId}/question-banks`, { title: ' Algebra ' })
    assert.equal(created.statusCode, 201, created.body)
    const bank = created.json()
    assert.deepEqual([bank.title, bank.description, bank.questionCount, bank.archivedAt], ['Algebra', '', 0, null])
    const address = `/question-banks/${bank.id}`
    const changed = await owner.patch(address, { title: 'Algebra 1' }, { 'if-match': String(created.headers.etag) })
    assert.equal(changed.statusCode, 200, changed.body)
    const stale = await owner.patch(address, { title: 'Lost' }, { 'if-match': String(created.headers.etag) })
    assert.equal(stale.statusCode, 412)
    await makeQuestion(owner, bank.id)
    const read = await owner.get(address)
    assert.deepEqual([read.json().title, read.json().questionCount], ['Algebra 1', 1])
    await makeQuestion(owner, read.json().id)
    const again = await owner.get(address, { 'if-none-match': String(read.headers.etag) })
    assert.deepEqual([again.statusCode, again.json().questionCount, again.headers.etag], [200, 2, read.headers.etag])

    assert.equal((await owner.post(`${address}/archive`)).statusCode, 200)
    assert.equal((await owner.post(`${address}/archive`)).statusCode, 409)
    const full = await owner.post(`${address}/questions`, { content: sampleContents.essay })
    assert.deepEqual([full.statusCode, full.json().type], [409, '/problems/questions/bank-archived'])
    const titles = async (query: string) =>
      (await owner.get(`/courses/${courseId}/question-banks${query}`)).json().items.map((one: typeof bank) => one.title)
    assert.deepEqual([await titles(''), await titles('?archived=true')], [[], ['Algebra 1']])
    assert.equal((await owner.post(`${address}/restore`)).statusCode, 200)
    assert.equal((await owner.post(`${address}/restore`)).statusCode, 409)
    assert.equal((await owner.delete(address)).statusCode, 204)
    assert.equal((await owner.get(address)).statusCode, 404)
  })

  test('a list has pages', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    for (const title of ['A', 'B', 'C']) await makeBank(owner, courseId, title)
    const first = (await owner.get(`/courses/${courseId}/question-banks?limit=2`)).json()
    const second = (await owner.get(`/courses/${courseId}/question-banks?limit=2&cursor=${first.nextCursor}`)).json()
    const titles = [...first.items, ...second.items].map(({ title }) => title)
    assert.deepEqual([titles, second.nextCursor], [['A', 'B', 'C'], null])
  })

  test('409 when something refers to one of its questions, and nothing is deleted', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const bankId = await makeBank(owner, courseId)
    const { id, versionId } = await makeQuestion(owner, bankId)
    await sql`create table taken (version_id text references question_version (id))`.execute(harness.db)
    await sql`insert into taken values (${versionId})`.execute(harness.db)
    for (const address of [`/question-banks/${bankId}`, `/questions/${id}`]) {
      const response = await owner.delete(address)
      assert.deepEqual([response.statusCode, response.json().type], [409, '/problems/questions/in-use'])
      assert.equal((await owner.get(address)).statusCode, 200)
    }
  })
})

describe('who may', () => {
  test('students and strangers are told that there is nothing; a teaching assistant reads and changes nothing', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const [stranger, student, assistant, co, admin] = [
      await harness.signUp('instructor'),
      await harness.signUp('student'),
      await harness.signUp('student'),
      await harness.signUp('instructor'),
      await harness.signUp('administrator'),
    ]
    await student.post(`/courses/${courseId}/enrollments`)
    await owner.post(`/courses/${courseId}/staff`, { email: assistant.email, staffRole: 'teaching-assistant' })
    await owner.post(`/courses/${courseId}/staff`, { email: co.email, staffRole: 'co-instructor' })
    const bankId = await makeBank(owner, courseId)
    const { id } = await makeQuestion(owner, bankId)
    const content = sampleContents['true-false']
    const reads = [
      `/question-banks/${bankId}`,
      `/question-banks/${bankId}/questions`,
      `/question-banks/${bankId}/export`,
      `/questions/${id}`,
      `/questions/${id}/versions`,
      `/questions/${id}/versions/1`,
      `/questions/${id}/preview`,
    ]
    const writes: [method: 'post' | 'patch' | 'delete', path: string, body?: object][] = [
      ['patch', `/question-banks/${bankId}`, { title: 'x' }],
      ['post', `/question-banks/${bankId}/archive`],
      ['post', `/question-banks/${bankId}/restore`],
      ['post', `/question-banks/${bankId}/questions`, { content }],
      ['post', `/question-banks/${bankId}/import`, { format: 'lms-questions/1', questions: [{ content }] }],
      ['post', `/questions/${id}/duplicate`, {}],
      ['patch', `/questions/${id}`, { name: 'x' }],
      ['post', `/questions/${id}/archive`],
      ['post', `/questions/${id}/restore`],
      ['delete', `/questions/${id}`],
      ['delete', `/question-banks/${bankId}`],
    ]
    const call = (caller: typeof owner, [method, path, body]: (typeof writes)[number]) =>
      method === 'delete' ? caller.delete(path) : caller[method](path, body)
    for (const path of reads) {
      assert.equal((await harness.visitor.get(path)).statusCode, 401, path)
      for (const caller of [stranger, student]) assert.equal((await caller.get(path)).statusCode, 404, path)
      for (const caller of [assistant, co, owner, admin]) assert.equal((await caller.get(path)).statusCode, 200, path)
    }
    for (const write of writes) {
      assert.equal((await call({ ...owner, ...harness.visitor }, write)).statusCode, 401, write[1])
      for (const caller of [stranger, student]) assert.equal((await call(caller, write)).statusCode, 404, write[1])
      assert.equal((await call(assistant, write)).statusCode, 403, write[1])
    }
    const banks = `/courses/${courseId}/question-banks`
    for (const caller of [stranger, student, assistant]) {
      assert.equal((await caller.post(banks, { title: 'x' })).statusCode, 403)
    }
    for (const caller of [stranger, student]) assert.equal((await caller.get(banks)).statusCode, 403)
    assert.equal((await assistant.get(banks)).statusCode, 200)
    const isAllowed = [200, 201, 204]
    for (const write of writes) assert.ok(isAllowed.includes((await call(co, write)).statusCode), write[1])
    assert.equal((await owner.get(`/courses/${randomUUID()}/question-banks`)).statusCode, 404)
  })
})

describe('export and import', () => {
  test('201 what was exported comes in again as it was, with new ids', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const [from, to] = [await makeBank(owner, courseId), await makeBank(owner, courseId)]
    for (const [type, content] of Object.entries(sampleContents)) {
      await makeQuestion(owner, from, { content, name: type, points: '2.25', tags: ['week 1', type] })
    }
    const exported = (await owner.get(`/question-banks/${from}/export`)).json()
    assert.deepEqual(
      exported.questions.map(({ content }: { content: object }) => content),
      Object.values(sampleContents),
    )
    const imported = await owner.post(`/question-banks/${to}/import`, exported)
    assert.equal(imported.statusCode, 201, imported.body)
    assert.equal(imported.json().imported, 8)
    assert.deepEqual((await owner.get(`/question-banks/${to}/export`)).json().questions, exported.questions)
  })

  test('400 tells all that is wrong at once with its place, and nothing comes in', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const bankId = await makeBank(owner, courseId)
    const broken = { content: { type: 'single-choice', prompt: 'x', options: [{ text: 'a' }] }, points: '1,5' }
    const double = { content: { ...sampleContents.ordering, items: [{ text: 'a' }, { text: 'a' }] } }
    const questions = [
      { content: sampleContents.essay },
      broken,
      {},
      double,
      ...Array.from({ length: 30 }, () => broken),
    ]
    const response = await owner.post(`/question-banks/${bankId}/import`, { format: 'lms-questions/1', questions })
    assert.equal(response.statusCode, 400, response.body)
    const pointers: string[] = response.json().errors.map(({ pointer }: { pointer: string }) => pointer)
    const inQuestion1 = ['/points', '/content/options/0/isCorrect', '/content/options']
    for (const at of [1, 4, 33]) {
      for (const place of inQuestion1) assert.ok(pointers.includes(`/body/questions/${at}${place}`), `${at}${place}`)
    }
    assert.ok(pointers.includes('/body/questions/2/content'))
    assert.ok(pointers.includes('/body/questions/3/content/items/1/text'))
    assert.ok(!pointers.some((pointer) => pointer.startsWith('/body/questions/0')))
    assert.deepEqual((await owner.get(`/question-banks/${bankId}/questions`)).json().items, [])
  })

  test('409 when the bank would be too full, and nothing comes in', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const bankId = await makeBank(owner, courseId)
    const questions = Array.from({ length: 500 }, () => ({ content: sampleContents['true-false'] }))
    const body = { format: 'lms-questions/1', questions }
    for (let round = 0; round < 4; round++) {
      assert.equal((await owner.post(`/question-banks/${bankId}/import`, body)).statusCode, 201)
    }
    const response = await owner.post(`/question-banks/${bankId}/import`, { ...body, questions: questions.slice(0, 1) })
    assert.deepEqual([response.statusCode, response.json().type], [409, '/problems/questions/bank-full'])
    assert.equal((await owner.get(`/question-banks/${bankId}`)).json().questionCount, 2000)
  })
})
