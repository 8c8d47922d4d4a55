import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type MadeCourse, makeCourse } from '#support/courses.ts'
import { type ApiClient, createHarness, type Harness } from '#support/harness.ts'

interface SeenOutline {
  etag: string
  /** Module title and its lesson ids, in order. */
  modules: [string, string[]][]
}

async function outlineOf(reader: ApiClient, courseId: string): Promise<SeenOutline> {
  const response = await reader.get(`/courses/${courseId}/outline`)
  assert.equal(response.statusCode, 200, response.body)
  const { modules } = response.json()
  for (const list of [modules, ...modules.map((module: { lessons: unknown[] }) => module.lessons)]) {
    assert.deepEqual(
      list.map((one: { position: number }) => one.position),
      [...list.keys()],
      'positions have gaps',
    )
  }
  return {
    etag: String(response.headers.etag),
    modules: modules.map((module: { title: string; lessons: { id: string }[] }) => [
      module.title,
      module.lessons.map((lesson) => lesson.id),
    ]),
  }
}

/** A course with the modules `Module 1` (three lessons), `B` and `C` (empty). */
async function setUp({ signUp }: Harness) {
  const owner = await signUp('instructor')
  const course = await makeCourse(owner, { lessons: [{}, {}, {}] })
  const [b, c] = [await addModule(owner, course, 'B'), await addModule(owner, course, 'C')]
  return { owner, ...course, b, c, modules: `/courses/${course.courseId}/modules` }
}

async function addModule(owner: ApiClient, { courseId }: MadeCourse, title: string): Promise<string> {
  return (await owner.post(`/courses/${courseId}/modules`, { title })).json().id
}

describe('modules', () => {
  test('201 adds at the end, 200 renames, 204 deletes an empty one and closes the gap', async (t) => {
    const { owner, courseId, b } = await setUp(await createHarness(t))
    const renamed = await owner.patch(`/modules/${b}`, { title: ' Bee ' }, { 'if-match': '"1"' })
    assert.equal(renamed.statusCode, 200, renamed.body)
    assert.equal(renamed.json().title, 'Bee')
    assert.equal((await owner.patch(`/modules/${b}`, { title: 'X' }, { 'if-match': '"1"' })).statusCode, 412)
    assert.deepEqual(
      (await outlineOf(owner, courseId)).modules.map(([title]) => title),
      ['Module 1', 'Bee', 'C'],
    )
    assert.equal((await owner.delete(`/modules/${b}`)).statusCode, 204)
    assert.deepEqual(
      (await outlineOf(owner, courseId)).modules.map(([title]) => title),
      ['Module 1', 'C'],
    )
  })

  test('409 deletes no module that has lessons, archived ones included', async (t) => {
    const { owner, moduleId, lessonIds, courseId } = await setUp(await createHarness(t))
    for (const lessonId of lessonIds) await owner.post(`/lessons/${lessonId}/archive`)
    const response = await owner.delete(`/modules/${moduleId}`)
    assert.equal(response.statusCode, 409)
    assert.equal(response.json().lessons, 3)
    assert.equal((await outlineOf(owner, courseId)).modules.length, 3)
  })

  test('twenty added at once stand one behind the other', async (t) => {
    const { owner, courseId, modules } = await setUp(await createHarness(t))
    const responses = await Promise.all(Array.from({ length: 20 }, (_, i) => owner.post(modules, { title: `M${i}` })))
    assert.deepEqual([...new Set(responses.map((response) => response.statusCode))], [201])
    assert.equal((await outlineOf(owner, courseId)).modules.length, 23)
  })

  test('400, 401, 403 and 404', async (t) => {
    const harness = await createHarness(t)
    const { owner, b, modules } = await setUp(harness)
    const stranger = await harness.signUp('instructor')
    assert.equal((await owner.post(modules, { title: '' })).statusCode, 400)
    assert.equal((await owner.post(modules, { title: 'x', position: 0 })).statusCode, 400)
    assert.equal((await harness.visitor.post(modules, { title: 'x' })).statusCode, 401)
    assert.equal((await stranger.patch(`/modules/${b}`, { title: 'x' })).statusCode, 403)
    assert.equal((await stranger.delete(`/modules/${b}`)).statusCode, 403)
    assert.equal((await owner.patch(`/modules/${crypto.randomUUID()}`, { title: 'x' })).statusCode, 404)
    const hidden = await makeCourse(owner, { isPublished: false })
    const response = await stranger.delete(`/modules/${hidden.moduleId}`)
    assert.equal(response.statusCode, 404)
    assert.equal(response.json().type, '/problems/courses/module-not-found')
    assert.equal(response.body.includes(hidden.courseId), false)
  })
})

describe('PUT …/order', () => {
  test('200 puts modules and lessons in order, with a new ETag of the course', async (t) => {
    const { owner, courseId, moduleId, lessonIds, b, c, modules } = await setUp(await createHarness(t))
    const before = await outlineOf(owner, courseId)
    const moved = await owner.put(`${modules}/order`, { ids: [c, moduleId, b] }, { 'if-match': before.etag })
    assert.equal(moved.statusCode, 200, moved.body)
    assert.notEqual(moved.headers.etag, before.etag)
    const reversed = lessonIds.toReversed()
    const ordered = await owner.put(`/modules/${moduleId}/lessons/order`, { ids: reversed })
    assert.equal(ordered.statusCode, 200, ordered.body)
    const after = await outlineOf(owner, courseId)
    assert.deepEqual(after.modules, [
      ['C', []],
      ['Module 1', reversed],
      ['B', []],
    ])
    assert.equal(after.etag, ordered.headers.etag)
  })

  test('409 when the ids are not those of the list, each once, and 400 for one twice', async (t) => {
    const { owner, courseId, moduleId, lessonIds, b, c, modules } = await setUp(await createHarness(t))
    const other = await makeCourse(owner)
    const before = await outlineOf(owner, courseId)
    for (const ids of [[], [c, b], [c, b, other.moduleId], [c, b, moduleId, other.moduleId]]) {
      const response = await owner.put(`${modules}/order`, { ids })
      assert.equal(response.statusCode, 409)
      assert.deepEqual(response.json().presentIds, [moduleId, b, c])
    }
    const [one, two] = lessonIds
    assert.equal((await owner.put(`/modules/${moduleId}/lessons/order`, { ids: [one, two] })).statusCode, 409)
    assert.equal((await owner.put(`/modules/${moduleId}/lessons/order`, { ids: [one, one, two] })).statusCode, 400)
    assert.deepEqual(await outlineOf(owner, courseId), before)
  })

  test('412 for all but one of those who reorder at once', async (t) => {
    const { owner, courseId, moduleId, b, c, modules } = await setUp(await createHarness(t))
    const { etag } = await outlineOf(owner, courseId)
    const orders = [
      [c, b, moduleId],
      [b, c, moduleId],
      [b, moduleId, c],
      [c, moduleId, b],
    ]
    const responses = await Promise.all(
      orders.map((ids) => owner.put(`${modules}/order`, { ids }, { 'if-match': etag })),
    )
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 412, 412, 412])
    await outlineOf(owner, courseId)
  })
})

describe('POST /lessons/:lessonId/move', () => {
  test('200 to another module, to the front, past the end; both modules close their gaps', async (t) => {
    const { owner, courseId, moduleId, lessonIds, b } = await setUp(await createHarness(t))
    const [first = '', second = '', third = ''] = lessonIds
    const move = async (lessonId: string, body: Record<string, unknown>) => {
      const response = await owner.post(`/lessons/${lessonId}/move`, body)
      assert.equal(response.statusCode, 200, response.body)
      return (await outlineOf(owner, courseId)).modules.slice(0, 2).map(([, lessons]) => lessons)
    }
    assert.deepEqual(await move(second, { moduleId: b }), [[first, third], [second]])
    assert.deepEqual(await move(third, { moduleId: b, position: 0 }), [[first], [third, second]])
    assert.deepEqual(await move(third, { moduleId: b, position: 500 }), [[first], [second, third]])
    assert.deepEqual(await move(third, { moduleId, position: 0 }), [[third, first], [second]])
  })

  test('moves and additions at once leave every lesson in one place', async (t) => {
    const { owner, courseId, moduleId, lessonIds, b } = await setUp(await createHarness(t))
    const page = { type: 'page', title: 'New', content: { format: 'markdown', source: '' } }
    await Promise.all([
      ...lessonIds.map((id) => owner.post(`/lessons/${id}/move`, { moduleId: b, position: 0 })),
      ...lessonIds.map(() => owner.post(`/modules/${b}/lessons`, page)),
      ...lessonIds.map(() => owner.post(`/modules/${moduleId}/lessons`, page)),
    ])
    const { modules } = await outlineOf(owner, courseId)
    assert.deepEqual(
      modules.map(([, lessons]) => lessons.length),
      [3, 6, 0],
    )
    assert.equal(new Set(modules.flatMap(([, lessons]) => lessons)).size, 9)
  })

  test('400 to a module of another course, 412, 403 and 404, and nothing moves', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, lessonIds, b } = await setUp(harness)
    const other = await makeCourse(owner)
    const before = await outlineOf(owner, courseId)
    const path = `/lessons/${lessonIds[0]}/move`
    assert.equal((await owner.post(path, { moduleId: other.moduleId })).statusCode, 400)
    assert.equal((await owner.post(path, { moduleId: crypto.randomUUID() })).statusCode, 400)
    assert.equal((await owner.post(path, { moduleId: b, position: -1 })).statusCode, 400)
    assert.equal((await owner.post(path, { moduleId: b }, { 'if-match': '"1"' })).statusCode, 412)
    assert.equal((await (await harness.signUp('student')).post(path, { moduleId: b })).statusCode, 403)
    assert.equal((await harness.visitor.post(path, { moduleId: b })).statusCode, 401)
    assert.equal((await owner.post(`/lessons/${crypto.randomUUID()}/move`, { moduleId: b })).statusCode, 404)
    assert.deepEqual(await outlineOf(owner, courseId), before)
  })
})

test('an outline shows drafts, archived lessons and their ids to staff only', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const { courseId, lessonIds, moduleId } = await makeCourse(owner, { lessons: [{}, { status: 'draft' }, {}] })
  const [open = '', draft = '', archived = ''] = lessonIds
  await owner.post(`/lessons/${archived}/archive`)
  await owner.patch(`/lessons/${open}`, { prerequisiteIds: [draft, archived] })
  assert.deepEqual((await outlineOf(owner, courseId)).modules, [['Module 1', lessonIds]])
  for (const reader of [harness.visitor, await harness.signUp('student')]) {
    const response = await reader.get(`/courses/${courseId}/outline`)
    const { lessons } = response.json().modules[0]
    assert.deepEqual(
      lessons.map((lesson: { id: string; prerequisiteIds: string[] }) => [lesson.id, lesson.prerequisiteIds]),
      [[open, []]],
    )
    for (const hidden of [draft, archived, 'content', 'source']) assert.equal(response.body.includes(hidden), false)
  }
  assert.ok(moduleId)
})
