import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'

const titles = async (client: ApiClient, query: string): Promise<string[]> => {
  const response = await client.get(`/courses?${query}`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json().items.map((course: { title: string }) => course.title)
}

describe('GET /courses', () => {
  test('200 shows published courses only, the newest first, with who teaches and how many lessons', async (t) => {
    const { signUp, visitor, clock } = await createHarness(t)
    const owner = await signUp('instructor', 'Emmy Noether')
    await makeCourse(owner, { course: { title: 'First' }, lessons: [{}, {}, { status: 'draft' }] })
    await makeCourse(owner, { course: { title: 'Draft' }, isPublished: false })
    clock.advance({ minutes: 1 })
    await makeCourse(owner, { course: { title: 'Second' } })
    const archived = await makeCourse(owner, { course: { title: 'Archived' } })
    await owner.post(`/courses/${archived.courseId}/archive`)
    for (const viewer of [visitor, await signUp('student'), owner, await signUp('administrator')]) {
      assert.deepEqual(await titles(viewer, ''), ['Second', 'First'])
    }
    const first = (await visitor.get('/courses')).json().items[1]
    assert.equal(first.lessonCount, 2)
    assert.deepEqual(first.instructors, [{ userId: owner.userId, fullName: 'Emmy Noether' }])
    assert.equal('description' in first, false)
  })

  test('200 pages through all of it, each course once, in both orders', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const names = ['beta', 'Alpha', 'Ähre', 'ångström', 'Zulu', 'zebra', '42']
    for (const title of names) await makeCourse(owner, { course: { title, slug: `s-${names.indexOf(title)}` } })
    for (const sort of ['newest', 'title']) {
      const seen: string[] = []
      let cursor = ''
      do {
        const page = (await visitor.get(`/courses?limit=2&sort=${sort}${cursor}`)).json()
        seen.push(...page.items.map((course: { title: string }) => course.title))
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
      } while (cursor !== '')
      const expected =
        sort === 'newest' ? names.toReversed() : ['42', 'Ähre', 'Alpha', 'ångström', 'beta', 'zebra', 'Zulu']
      assert.deepEqual(seen, expected)
    }
  })

  test('200 filters by category and difficulty', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    await makeCourse(owner, { course: { title: 'A', category: 'maths', difficulty: 'beginner' } })
    await makeCourse(owner, { course: { title: 'B', category: 'maths', difficulty: 'advanced' } })
    await makeCourse(owner, { course: { title: 'C', category: 'music', difficulty: 'advanced' } })
    assert.deepEqual(await titles(visitor, 'category=maths&sort=title'), ['A', 'B'])
    assert.deepEqual(await titles(visitor, 'category=maths&difficulty=advanced'), ['B'])
    assert.deepEqual(await titles(visitor, 'category=none'), [])
  })

  test('mine lists what I teach in any status; other statuses are for administrators', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const [owner, other] = [await signUp('instructor'), await signUp('instructor')]
    await makeCourse(owner, { course: { title: 'Mine' } })
    await makeCourse(owner, { course: { title: 'My draft' }, isPublished: false })
    await makeCourse(other, { course: { title: 'Another draft' }, isPublished: false })
    assert.deepEqual(await titles(owner, 'mine=true'), ['My draft', 'Mine'])
    assert.deepEqual(await titles(owner, 'mine=true&status=draft'), ['My draft'])
    assert.deepEqual(await titles(await signUp('student'), 'mine=true'), [])
    assert.equal((await visitor.get('/courses?mine=true')).statusCode, 401)
    assert.equal((await visitor.get('/courses?status=draft')).statusCode, 401)
    assert.equal((await owner.get('/courses?status=draft')).statusCode, 403)
    const administrator = await signUp('administrator')
    assert.deepEqual(await titles(administrator, 'status=draft&sort=title'), ['Another draft', 'My draft'])
  })

  test('400 for cursors that are none, or of another order', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    for (const title of ['A', 'B']) await makeCourse(owner, { course: { title } })
    for (const [query, name] of [
      ['limit=0', 'limit'],
      ['cursor=nonsense', 'cursor'],
    ]) {
      const { errors } = (await visitor.get(`/courses?${query}`)).json()
      assert.deepEqual(
        errors.map((error: { pointer: string }) => error.pointer),
        [`/query/${name}`],
      )
    }
    const ofTitle = (await visitor.get('/courses?sort=title&limit=1')).json().nextCursor
    const forged = [
      ['2026-99-99T00:00:00Z', 'x'],
      [5, 5],
      ["'; drop table course", 'x'],
      [null, null],
    ]
    for (const cursor of [
      'x',
      '',
      ofTitle,
      ...forged.map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')),
    ]) {
      const response = await visitor.get(`/courses?cursor=${cursor}`)
      assert.equal(response.statusCode, 400, `${cursor}: ${response.body}`)
    }
    for (const forgery of forged) {
      const cursor = Buffer.from(JSON.stringify(forgery)).toString('base64url')
      assert.equal((await visitor.get(`/courses?sort=title&cursor=${cursor}`)).statusCode < 500, true)
    }
  })
})

describe('GET /courses?q=', () => {
  test('200 finds every word as the beginning of a word, whatever its case and accents', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const make = (title: string, rest: Record<string, unknown> = {}) =>
      makeCourse(owner, { course: { title, ...rest } })
    await make('Éléments d’algèbre', { slug: 'a1' })
    await make('Linear Algebra', { slug: 'a2', description: 'Vectors and **matrices**.' })
    await make('C++ für Straßenbauer', { slug: 'a3', category: 'computing' })
    await make('数学入門', { slug: 'a4' })
    await make('مقدمة في الجبر', { slug: 'a5' })
    const expectations: Record<string, string[]> = {
      algebr: ['Éléments d’algèbre', 'Linear Algebra'],
      ALGÈBRE: ['Éléments d’algèbre'],
      'algebra linear': ['Linear Algebra'],
      'lin vec': ['Linear Algebra'],
      gebra: [],
      matri: ['Linear Algebra'],
      strassen: ['C++ für Straßenbauer'],
      'c++': ['C++ für Straßenbauer'],
      comput: ['C++ für Straßenbauer'],
      数学: ['数学入門'],
      الجبر: ['مقدمة في الجبر'],
      '!!!': [],
      'algebra nothing': [],
    }
    for (const [q, expected] of Object.entries(expectations)) {
      assert.deepEqual(await titles(visitor, `sort=title&q=${encodeURIComponent(q)}`), expected, q)
    }
  })

  test('200 follows every change of the course', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { title: 'Old name', summary: 'kept' } })
    await owner.patch(`/courses/${courseId}`, { title: 'New name' })
    assert.deepEqual(await titles(visitor, 'q=old'), [])
    assert.deepEqual(await titles(visitor, 'q=new kept'.replace(' ', '%20')), ['New name'])
    await owner.delete(`/courses/${courseId}`)
    assert.deepEqual(await titles(visitor, 'q=new'), [])
  })

  test('200 finds the same where so many match that the list is walked', async (t) => {
    const { db, visitor, clock } = await createHarness(t)
    const numbers = [...Array(1200).keys()]
    const at = (number: number) => new Date(clock.now().getTime() + number).toISOString()
    const courses = numbers.map((number) => ({
      id: `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`,
      slug: `walk-${number}`,
      title: `Walk ${number}`,
      sort_title: `walk ${String(number).padStart(5, '0')}`,
      summary: '',
      description: '',
      category: number % 2 === 0 ? 'even' : 'odd',
      difficulty: 'beginner' as const,
      status: number < 10 ? ('draft' as const) : ('published' as const),
      capacity: null,
      self_enrollment: true,
      enrollment_days: null,
      created_at: at(number),
      updated_at: at(number),
      published_at: number < 10 ? null : at(number),
      archived_at: null,
    }))
    const words = (number: number) => `common walk x${number} ${number % 3 === 0 ? 'third c' : 'cc'}`
    for (let start = 0; start < numbers.length; start += 400) {
      const chunk = courses.slice(start, start + 400)
      await db.insertInto('course').values(chunk).execute()
      await db
        .insertInto('course_search')
        .values(chunk.map(({ id }, index) => ({ course_id: id, words: words(start + index) })))
        .execute()
    }
    assert.deepEqual(await titles(visitor, 'q=common&limit=2'), ['Walk 1199', 'Walk 1198'])
    assert.deepEqual(await titles(visitor, 'q=comm%20WAL&limit=2&sort=title'), ['Walk 10', 'Walk 11'])
    assert.deepEqual(await titles(visitor, 'q=ommon'), [])
    assert.deepEqual(await titles(visitor, 'q=x&limit=1'), [], 'one letter is a whole word')
    assert.deepEqual(await titles(visitor, 'q=c&limit=2&category=even'), ['Walk 1194', 'Walk 1188'])
    const seen = new Set<string>()
    for (let cursor = ''; ; ) {
      const page = (await visitor.get(`/courses?q=common&category=odd&limit=100${cursor}`)).json()
      for (const { title } of page.items) seen.add(title)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    assert.equal(seen.size, 595)
  })

  test('never an error, whatever the words', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    await makeCourse(await signUp('instructor'), { course: { title: 'NEAR misses' } })
    const hostile = [
      ...[
        '"',
        "'",
        '*',
        'a*',
        '"a" OR "b"',
        'NEAR(a b, 3)',
        'title:x',
        '-a',
        'a AND',
        '(',
        ')',
        '^a',
        '{a}',
        '\\',
        "a'b",
      ],
      ...[
        ':*',
        "';drop table course;--",
        'a & b | !c',
        '<->',
        '%',
        '_',
        '￿',
        '😀',
        'a\u200db',
        '\u0301',
        'x'.repeat(200),
      ],
      ...['ﬁ', 'İ', '١٢٣', '²', '½', 'ﷺ', 'a '.repeat(100), '🇩🇪', '\ud800'],
    ]
    for (const q of hostile) {
      const response = await visitor.get(`/courses?${new URLSearchParams({ q })}`)
      assert.equal(response.statusCode, 200, `${JSON.stringify(q)}: ${response.body}`)
    }
    assert.deepEqual(await titles(visitor, 'q=near'), ['NEAR misses'])
    assert.equal((await visitor.get(`/courses?q=${'x'.repeat(201)}`)).statusCode, 400)
  })
})
