import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { type ApiClient, createHarness, type Harness } from '#support/harness.ts'
import { createPublicDocuments } from './public-documents.ts'

const titles = async (reader: ApiClient, query = ''): Promise<string[]> =>
  (await reader.get(`/courses?${query}`)).json().items.map((course: { title: string }) => course.title)

/** The change as another process would make it: this one is not told. */
const renameElsewhere = ({ db }: Harness, courseId: string, title: string) =>
  db.updateTable('course').set({ title }).where('id', '=', courseId).execute()

describe('what visitors are shown', () => {
  test('is of now after every change in this process', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signUp } = harness
    const owner = await signUp('instructor', 'Owner')
    const co = await signUp('instructor', 'Co')
    const { courseId, moduleId, lessonIds } = await makeCourse(owner, { course: { title: 'A', slug: 'a' } })
    const paths = ['/courses', `/courses/${courseId}`, '/courses/by-slug/a', `/courses/${courseId}/outline`]
    const seen = async () => Promise.all(paths.map(async (path) => (await visitor.get(path)).body))
    const page = { type: 'page', title: 'L', status: 'published', content: { format: 'markdown', source: '' } }
    const changes: [string, () => Promise<{ statusCode: number; body: string }>, number[]][] = [
      ['title', () => owner.patch(`/courses/${courseId}`, { title: 'B' }), [0, 1, 2]],
      ['description', () => owner.patch(`/courses/${courseId}`, { description: 'B' }), [1, 2]],
      ['new lesson', () => owner.post(`/modules/${moduleId}/lessons`, page), [0, 1, 2, 3]],
      ['lesson title', () => owner.patch(`/lessons/${lessonIds[0]}`, { title: 'M' }), [3]],
      ['new module', () => owner.post(`/courses/${courseId}/modules`, { title: 'N' }), [3]],
      ['lesson gone', () => owner.delete(`/lessons/${lessonIds[0]}`), [0, 1, 2, 3]],
      [
        'staff',
        () => owner.post(`/courses/${courseId}/staff`, { email: co.email, staffRole: 'co-instructor' }),
        [0, 1, 2],
      ],
      ['archived', () => owner.post(`/courses/${courseId}/archive`), [0, 1, 2, 3]],
      ['published', () => owner.post(`/courses/${courseId}/publish`), [0, 1, 2, 3]],
      ['deleted', () => owner.delete(`/courses/${courseId}`), [0, 1, 2, 3]],
    ]
    for (const [name, change, expected] of changes) {
      const before = await seen()
      const response = await change()
      assert.ok(response.statusCode < 300, `${name}: ${response.body}`)
      const after = await seen()
      for (const index of expected)
        assert.notEqual(after[index], before[index], `${name} is not seen at ${paths[index]}`)
    }
    assert.deepEqual(await titles(visitor), [])
  })

  test('is at most two seconds old after a change in another process', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signUp, clock } = harness
    const { courseId } = await makeCourse(await signUp('instructor'), { course: { title: 'Old' } })
    const read = async () => [...(await titles(visitor)), (await visitor.get(`/courses/${courseId}`)).json().title]
    assert.deepEqual(await read(), ['Old', 'Old'])
    await renameElsewhere(harness, courseId, 'New')
    assert.deepEqual(await read(), ['Old', 'Old'], 'nothing was kept: this test would prove nothing')
    clock.advance({ seconds: 2 })
    assert.deepEqual(await read(), ['New', 'New'])
  })

  test('is never what instructors and administrators are shown', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signUp } = harness
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { title: 'Old' } })
    await titles(visitor)
    await visitor.get(`/courses/${courseId}`)
    await renameElsewhere(harness, courseId, 'New')
    for (const reader of [owner, await signUp('administrator')]) {
      assert.deepEqual(await titles(reader), ['New'])
      assert.equal((await reader.get(`/courses/${courseId}`)).json().title, 'New')
    }
    await owner.patch(`/courses/${courseId}`, { title: 'Newer' })
    assert.equal((await owner.get(`/courses/${courseId}`)).headers.etag?.toString().length, 3)
  })

  test('depends on every part of the question', async (t) => {
    const { visitor, signUp, clock } = await createHarness(t)
    const owner = await signUp('instructor')
    await makeCourse(owner, { course: { title: 'Algebra', category: 'maths', difficulty: 'advanced' } })
    clock.advance({ seconds: 10 })
    await makeCourse(owner, { course: { title: 'Biology', category: 'nature' } })
    const { nextCursor } = (await visitor.get('/courses?limit=1')).json()
    const expectations: Record<string, string[]> = {
      '': ['Biology', 'Algebra'],
      'q=biology': ['Biology'],
      'q=algebra': ['Algebra'],
      'sort=title': ['Algebra', 'Biology'],
      'limit=1': ['Biology'],
      [`limit=1&cursor=${nextCursor}`]: ['Algebra'],
      'category=maths': ['Algebra'],
      'difficulty=advanced': ['Algebra'],
      'category=nature': ['Biology'],
      'status=published': ['Biology', 'Algebra'],
    }
    for (let round = 0; round < 2; round++) {
      for (const [query, expected] of Object.entries(expectations)) {
        assert.deepEqual(await titles(visitor, query), expected, query)
      }
    }
  })

  test('comes with an ETag and is not sent twice', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    for (const path of ['/courses', `/courses/${courseId}`, `/courses/${courseId}/outline`]) {
      const { etag } = (await visitor.get(path)).headers
      const again = await visitor.get(path, { 'if-none-match': String(etag) })
      assert.deepEqual([again.statusCode, again.body], [304, ''])
      await owner.patch(`/courses/${courseId}`, { title: `After ${path}` })
      await owner.post(`/courses/${courseId}/modules`, { title: `After ${path}` })
      const changed = await visitor.get(path, { 'if-none-match': String(etag) })
      assert.equal(changed.statusCode, 200)
      assert.notEqual(changed.headers.etag, etag)
    }
  })

  test('shows nothing of a draft or archived course, whoever asked before', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signUp } = harness
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    const student = await signUp('student')
    assert.equal((await owner.get(`/courses/${courseId}`)).statusCode, 200)
    for (const reader of [visitor, student]) assert.equal((await reader.get(`/courses/${courseId}`)).statusCode, 404)
    await owner.post(`/courses/${courseId}/publish`)
    await insertEnrollment(harness, courseId, student.userId)
    for (const reader of [visitor, student]) assert.equal((await reader.get(`/courses/${courseId}`)).statusCode, 200)
    await owner.post(`/courses/${courseId}/archive`)
    assert.equal((await student.get(`/courses/${courseId}`)).json().status, 'archived')
    assert.equal((await visitor.get(`/courses/${courseId}`)).statusCode, 404)
  })

  test('the assistant with a student account sees the drafts in the outline of a published course', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    const [owner, assistant] = [await signUp('instructor'), await signUp('student')]
    const { courseId } = await makeCourse(owner, { lessons: [{}, { status: 'draft' }] })
    await owner.post(`/courses/${courseId}/staff`, { email: assistant.email, staffRole: 'teaching-assistant' })
    const lessons = async (reader: ApiClient) =>
      (await reader.get(`/courses/${courseId}/outline`)).json().modules[0].lessons.length
    assert.deepEqual([await lessons(visitor), await lessons(assistant), await lessons(visitor)], [1, 2, 1])
  })
})

describe('the kept documents', () => {
  const create = () => createPublicDocuments({ now: () => new Date(), metrics: createMetrics() })
  const textOf = async (document: Promise<{ bytes: Buffer } | undefined>) => (await document)?.bytes.toString()

  test('of many who ask at once, one makes it', async () => {
    const documents = create()
    let made = 0
    const make = async () => ++made
    const all = await Promise.all(Array.from({ length: 50 }, () => textOf(documents.get(['a'], make))))
    assert.deepEqual([...new Set(all)], ['1'])
    assert.equal(await textOf(documents.get(['a'], make)), '1')
    assert.equal(await textOf(documents.get(['b'], make)), '2')
  })

  test('what was being made while all was forgotten is not kept, and nobody who asks later waits for it', async () => {
    const documents = create()
    const reading = Promise.withResolvers<string>()
    const early = documents.get(['a'], () => reading.promise)
    documents.forgetAll()
    assert.equal(await textOf(documents.get(['a'], async () => 'new')), '"new"')
    reading.resolve('old')
    assert.equal(await textOf(early), '"old"')
    assert.equal(await textOf(documents.get(['a'], async () => 'newer')), '"new"')
  })

  test('a failure is told to those who asked and is not kept', async () => {
    const documents = create()
    const failing = () => Promise.reject(new Error('no database'))
    const asked = [documents.get(['a'], failing), documents.get(['a'], failing)]
    for (const one of asked) await assert.rejects(one, /no database/)
    assert.equal(await textOf(documents.get(['a'], async () => 1)), '1')
    assert.equal(await documents.get(['b'], async () => undefined), undefined)
    assert.equal(await textOf(documents.get(['b'], async () => 2)), '2')
  })

  test('take a bounded number of bytes: the least used go', async () => {
    const documents = create()
    const megabyte = 'x'.repeat(1024 * 1024)
    for (let i = 0; i < 17; i++) await documents.get([i], async () => megabyte)
    assert.equal(await textOf(documents.get([16], async () => 'made again')), JSON.stringify(megabyte))
    assert.equal(await textOf(documents.get([0], async () => 'made again')), '"made again"')
  })
})
