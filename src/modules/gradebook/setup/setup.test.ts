import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { makeCourse } from '#support/courses.ts'
import { addCategory, addItem, addQuiz, addStaff, makeClass } from '#support/gradebook.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'

const category = { title: 'Homework', weight: '40', dropLowest: 1 }
const item = { title: 'Presentation', pointsPossible: '12.5' }
const letters = [
  { letter: 'Pass', minPercent: '49.5' },
  { letter: 'Fail', minPercent: '0' },
]

async function setupOf(caller: ApiClient, courseId: string) {
  const response = await caller.get(`/courses/${courseId}/grading`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

describe('grade categories', () => {
  test('201, then changed under If-Match and deleted; weights decide while one has one', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const created = await owner.post(`/courses/${courseId}/grade-categories`, category)
    assert.equal(created.statusCode, 201, created.body)
    const { id, title, weight, dropLowest } = created.json()
    assert.deepEqual([title, weight, dropLowest], ['Homework', '40', 1])
    const inside = await addItem(owner, courseId, { categoryId: id })
    const outside = await addItem(owner, courseId)
    const setup = await setupOf(owner, courseId)
    assert.deepEqual([setup.weighting, setup.uncountedItemIds], ['weights', [outside]])

    const path = `/grade-categories/${id}`
    const read = await owner.get(path)
    assert.deepEqual([read.headers.etag, read.json()], [created.headers.etag, created.json()])
    const match = { 'if-match': String(read.headers.etag) }
    const changed = await owner.patch(path, { weight: null }, match)
    assert.deepEqual([changed.statusCode, changed.json().weight, changed.json().dropLowest], [200, null, 1])
    assert.equal((await owner.patch(path, { weight: '1' }, match)).statusCode, 412)
    assert.equal((await owner.delete(path, match)).statusCode, 412)
    assert.equal((await setupOf(owner, courseId)).weighting, 'points')

    assert.equal((await owner.delete(path)).statusCode, 204)
    assert.equal((await owner.get(path)).statusCode, 404)
    const { items, categories } = await setupOf(owner, courseId)
    assert.deepEqual(categories, [])
    assert.equal(items.find((one: { id: string }) => one.id === inside).categoryId, null)
    const actions = (await auditActions(harness.db)).filter((action) => action.startsWith('grade-category.'))
    assert.deepEqual(actions, ['grade-category.created', 'grade-category.changed', 'grade-category.deleted'])
  })

  test('400 for weights and drops out of bounds, and nothing is stored', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const bodies = [
      {},
      { ...category, title: ' ' },
      { ...category, weight: '-1' },
      { ...category, weight: 40 },
      { ...category, weight: '1.00001' },
      { ...category, dropLowest: -1 },
      { ...category, courseId },
    ]
    for (const body of bodies) {
      const response = await owner.post(`/courses/${courseId}/grade-categories`, body)
      assert.equal(response.statusCode, 400, JSON.stringify(body))
    }
    assert.deepEqual((await setupOf(owner, courseId)).categories, [])
  })
})

describe('manual grade items', () => {
  test('201, then changed and removed; their grades stay out of the gradebook', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const created = await owner.post(`/courses/${courseId}/grade-items`, item)
    assert.equal(created.statusCode, 201, created.body)
    const { id, source, sourceId, pointsPossible, isReleased, isExtraCredit } = created.json()
    assert.deepEqual([source, sourceId, pointsPossible], ['manual', id, '12.5'])
    assert.deepEqual([isReleased, isExtraCredit], [true, false])
    const categoryId = await addCategory(owner, courseId)
    const path = `/grade-items/${id}`
    const match = { 'if-match': String((await owner.get(path)).headers.etag) }
    const changed = await owner.patch(
      path,
      { categoryId, isReleased: false, title: 'Talk', pointsPossible: '20' },
      match,
    )
    assert.equal(changed.statusCode, 200, changed.body)
    assert.deepEqual([changed.json().categoryId, changed.json().title], [categoryId, 'Talk'])
    assert.equal((await owner.patch(path, { title: 'Speech' }, match)).statusCode, 412)
    assert.equal((await owner.delete(path)).statusCode, 204)
    assert.equal((await owner.get(path)).statusCode, 404)
    assert.equal((await owner.delete(path)).statusCode, 404)
    assert.deepEqual((await setupOf(owner, courseId)).items, [])
  })

  test('409 for what the quiz decides itself; its category and release are decided here', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const { itemId } = await addQuiz(harness, courseId)
    const path = `/grade-items/${itemId}`
    for (const body of [{ title: 'Other' }, { pointsPossible: '20' }]) {
      const response = await owner.patch(path, body)
      assert.equal(response.statusCode, 409, response.body)
      assert.deepEqual(response.json().fields, Object.keys(body))
    }
    assert.equal((await owner.delete(path)).statusCode, 409)
    const changed = await owner.patch(path, { isReleased: false, isExtraCredit: true })
    assert.deepEqual([changed.statusCode, changed.json().isReleased, changed.json().title], [200, false, 'Quiz'])
  })

  test('404 for a category of another course, on the way in and later', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const other = await makeCourse(owner)
    const foreign = await addCategory(owner, other.courseId)
    const itemId = await addItem(owner, courseId)
    const answers = [
      await owner.post(`/courses/${courseId}/grade-items`, { ...item, categoryId: foreign }),
      await owner.patch(`/grade-items/${itemId}`, { categoryId: foreign }),
    ]
    for (const response of answers) assert.equal(response.json().type, '/problems/gradebook/category-not-found')
  })
})

describe('the letters of a course', () => {
  test('200 with the defaults, then its own, changed under If-Match from the beginning', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const path = `/courses/${courseId}/grade-scale`
    const defaults = await owner.get(path)
    assert.deepEqual([defaults.json().isDefault, defaults.json().letters[0]], [true, { letter: 'A', minPercent: '90' }])
    const match = { 'if-match': String(defaults.headers.etag) }
    const set = await owner.put(path, { letters }, match)
    assert.deepEqual([set.statusCode, set.json()], [200, { courseId, letters, isDefault: false }])
    assert.equal((await owner.put(path, { letters }, match)).statusCode, 412)
    assert.deepEqual((await setupOf(owner, courseId)).letters, letters)
  })

  test('400 names every boundary that leaves a percentage without exactly one letter', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await makeClass(harness)
    const wrong = [
      { letter: 'A', minPercent: '80' },
      { letter: 'B', minPercent: '80' },
      { letter: 'A', minPercent: '10' },
    ]
    const response = await owner.put(`/courses/${courseId}/grade-scale`, { letters: wrong })
    assert.equal(response.statusCode, 400)
    assert.deepEqual(
      response.json().errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/body/letters/1/minPercent', '/body/letters/2/minPercent', '/body/letters/2/letter'],
    )
    assert.equal((await owner.get(`/courses/${courseId}/grade-scale`)).json().isDefault, true)
  })
})

test('the setup is read by all who grade, changed by those who edit, hidden from everybody else', async (t) => {
  const harness = await createHarness(t)
  const { owner, courseId, student } = await makeClass(harness)
  const assistant = await addStaff(harness, owner, courseId, 'teaching-assistant')
  const coInstructor = await addStaff(harness, owner, courseId, 'co-instructor')
  const categoryId = await addCategory(owner, courseId)
  const itemId = await addItem(owner, courseId)
  const reads = [`/courses/${courseId}/grading`, `/courses/${courseId}/grade-scale`, `/grade-items/${itemId}`]
  const calls = (caller: ApiClient) => [
    caller.post(`/courses/${courseId}/grade-categories`, category),
    caller.post(`/courses/${courseId}/grade-items`, item),
    caller.patch(`/grade-categories/${categoryId}`, { title: 'Exams' }),
    caller.patch(`/grade-items/${itemId}`, { title: 'Talk' }),
    caller.put(`/courses/${courseId}/grade-scale`, { letters }),
  ]
  for (const [caller, readStatus, changeStatus] of [
    [harness.visitor, 401, 401],
    [student, 403, 403],
    [assistant, 200, 403],
    [coInstructor, 200, 200],
  ] as const) {
    for (const path of [...reads, `/grade-categories/${categoryId}`]) {
      assert.equal((await caller.get(path)).statusCode, readStatus, path)
    }
    for (const response of await Promise.all(calls(caller))) {
      const seen = response.statusCode === 201 ? 200 : response.statusCode
      assert.equal(seen, changeStatus, response.body)
    }
  }
  const draft = await makeCourse(owner, { isPublished: false })
  const hiddenItem = await addItem(owner, draft.courseId)
  const hiddenCategory = await addCategory(owner, draft.courseId)
  for (const path of [
    `/grade-items/${hiddenItem}`,
    `/grade-categories/${hiddenCategory}`,
    `/grade-items/${randomUUID()}`,
  ]) {
    assert.equal((await student.get(path)).statusCode, 404, path)
    assert.equal((await student.delete(path)).statusCode, 404, path)
  }
})
