import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { makeCourse } from '#support/courses.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { createCourses } from '../service.ts'

const page = { type: 'page', title: 'Page', content: { format: 'markdown', source: 'Hello.' } }
const video = { type: 'video', title: 'Video', content: { url: 'https://example.org/v.mp4', durationSeconds: 100 } }
const link = { type: 'link', title: 'Link', content: { url: 'https://example.org/' } }

async function setUp(harness: Harness) {
  const owner = await harness.signUp('instructor')
  const course = await makeCourse(owner)
  const lessons = `/modules/${course.moduleId}/lessons`
  return { owner, ...course, lessons }
}

const pointers = (response: { json(): { errors: { pointer: string }[] } }) =>
  response
    .json()
    .errors.map((error) => error.pointer)
    .sort()

describe('POST /modules/:moduleId/lessons', () => {
  test('201 for every type, with the completion rule of the type', async (t) => {
    const { owner, lessons } = await setUp(await createHarness(t))
    const expectations = [
      [page, 'mark', null],
      [video, 'time', 80],
      [link, 'mark', null],
      [{ type: 'quiz', title: 'Quiz', content: {} }, 'pass', null],
      [{ type: 'assignment', title: 'Assignment', content: {} }, 'pass', null],
      [{ ...page, completionRule: 'time', completionSeconds: 30 }, 'time', 30],
      [{ ...video, completionRule: 'mark' }, 'mark', null],
      [{ ...video, completionSeconds: 100 }, 'time', 100],
    ] as const
    for (const [body, rule, seconds] of expectations) {
      const response = await owner.post(lessons, body)
      assert.equal(response.statusCode, 201, response.body)
      const lesson = response.json()
      assert.deepEqual([lesson.completionRule, lesson.completionSeconds], [rule, seconds], JSON.stringify(body))
      assert.deepEqual([lesson.status, lesson.isRequired, lesson.isPreview], ['draft', true, false])
    }
  })

  test('400 names what does not fit the type', async (t) => {
    const { owner, lessons, courseId } = await setUp(await createHarness(t))
    const expectations: [Record<string, unknown>, string[]][] = [
      [{ title: 'x', content: {} }, ['/body/type']],
      [{ ...page, type: 'scorm' }, ['/body/type']],
      [{ ...page, content: { format: 'docx', source: 1 } }, ['/body/content/format', '/body/content/source']],
      [{ ...page, content: { ...page.content, html: '<script>' } }, ['/body/content/html']],
      [{ ...page, content: { format: 'html', source: 'a.'.repeat(2000) } }, ['/body/content/source']],
      [{ ...video, content: { durationSeconds: 5 } }, ['/body/content']],
      [
        { ...video, content: { url: 'http://example.org/v.mp4', durationSeconds: 0 } },
        ['/body/content/durationSeconds', '/body/content/url'],
      ],
      [{ ...link, content: { url: 'javascript:alert(1)' } }, ['/body/content/url']],
      [{ ...link, content: page.content }, ['/body/content/format', '/body/content/source', '/body/content/url']],
      [{ type: 'file', title: 'x', content: { fileId: crypto.randomUUID() } }, ['/body/content/fileId']],
      [{ type: 'quiz', title: 'x', content: { questions: [] } }, ['/body/content/questions']],
      [{ type: 'quiz', title: 'x', content: {}, completionRule: 'mark' }, ['/body/completionRule']],
      [{ ...page, completionRule: 'pass' }, ['/body/completionRule']],
      [{ ...page, completionRule: 'time' }, ['/body/completionSeconds']],
      [{ ...page, completionSeconds: 5 }, ['/body/completionSeconds']],
      [{ ...video, completionSeconds: 101 }, ['/body/completionSeconds']],
      [{ ...page, title: ' ', status: 'archived', position: 0 }, ['/body/position', '/body/status', '/body/title']],
      [{ ...page, releaseAt: 'tomorrow', releaseAfterDays: -1 }, ['/body/releaseAfterDays', '/body/releaseAt']],
      [{ ...page, prerequisiteIds: [crypto.randomUUID()] }, ['/body/prerequisiteIds/0']],
    ]
    const before = (await owner.get(`/courses/${courseId}/outline`)).body
    for (const [body, expected] of expectations) {
      const response = await owner.post(lessons, body)
      assert.equal(response.statusCode, 400, `${JSON.stringify(body)}: ${response.body}`)
      assert.deepEqual(pointers(response), expected, response.body)
    }
    assert.equal((await owner.get(`/courses/${courseId}/outline`)).body, before)
  })

  test('a file that the part for files knows may be used', async (t) => {
    const { db, clock, signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId, moduleId } = await makeCourse(owner)
    const known = crypto.randomUUID()
    const courses = createCourses({
      db,
      metrics: createMetrics(),
      now: clock.now,
      newId: crypto.randomUUID.bind(crypto),
      followers: [],
      fileExists: async (_tx, course, fileId) => course === courseId && fileId === known,
    })
    const by = { userId: owner.userId, sessionId: '', role: 'instructor', generation: 0 } as const
    const file = (fileId: string) => ({ type: 'file', title: 'File', content: { fileId } }) as const
    const { body } = await courses.createLesson(by, moduleId, file(known))
    assert.deepEqual(body.content, { fileId: known })
    const unknown = courses.createLesson(by, moduleId, file(crypto.randomUUID()))
    await assert.rejects(unknown, { code: 'request/invalid' })
  })

  test('401, 403 and 404, without a word about a hidden course', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessons } = await setUp(harness)
    const draft = await makeCourse(owner, { isPublished: false })
    const stranger = await harness.signUp('instructor')
    assert.equal((await harness.visitor.post(lessons, page)).statusCode, 401)
    assert.equal((await stranger.post(lessons, page)).statusCode, 403)
    assert.equal((await owner.post(`/modules/${crypto.randomUUID()}/lessons`, page)).statusCode, 404)
    const hidden = await stranger.post(`/modules/${draft.moduleId}/lessons`, page)
    assert.equal(hidden.statusCode, 404)
    assert.equal(hidden.json().type, '/problems/courses/module-not-found')
  })
})

describe('PATCH /lessons/:lessonId', () => {
  test('200 changes what is given, clears with null, keeps the type', async (t) => {
    const { owner, lessons } = await setUp(await createHarness(t))
    const made = (
      await owner.post(lessons, { ...page, releaseAt: '2030-01-01T01:00:00+01:00', releaseAfterDays: 3 })
    ).json()
    assert.equal(made.releaseAt, '2030-01-01T00:00:00.000Z')
    const path = `/lessons/${made.id}`
    const response = await owner.patch(
      path,
      { releaseAt: null, isPreview: true, content: { format: 'html', source: '<b>x</b>' } },
      { 'if-match': '"1"' },
    )
    assert.equal(response.statusCode, 200, response.body)
    const { releaseAt, releaseAfterDays, isPreview, content, type, title } = response.json()
    assert.deepEqual(
      { releaseAt, releaseAfterDays, isPreview, content, type, title },
      {
        releaseAt: null,
        releaseAfterDays: 3,
        isPreview: true,
        content: { format: 'html', html: '<b>x</b>', source: '<b>x</b>' },
        type: 'page',
        title: 'Page',
      },
    )
    assert.equal((await owner.patch(path, { title: 'x' }, { 'if-match': '"1"' })).statusCode, 412)
    assert.equal((await owner.patch(path, { content: link.content })).statusCode, 400)
    assert.equal((await owner.patch(path, { type: 'link' })).statusCode, 400)
    assert.equal((await owner.patch(path, { status: 'published' })).statusCode, 400)
    assert.equal((await owner.get(path)).json().title, 'Page')
  })

  test('a video threshold that nobody chose follows the playing time, a chosen one stays', async (t) => {
    const { owner, lessons } = await setUp(await createHarness(t))
    const longer = { content: { ...video.content, durationSeconds: 200 } }
    const standard = (await owner.post(lessons, video)).json()
    assert.equal((await owner.patch(`/lessons/${standard.id}`, longer)).json().completionSeconds, 160)
    const chosen = (await owner.post(lessons, { ...video, completionSeconds: 50 })).json()
    assert.equal((await owner.patch(`/lessons/${chosen.id}`, longer)).json().completionSeconds, 50)
    const shorter = { content: { ...video.content, durationSeconds: 40 } }
    assert.equal((await owner.patch(`/lessons/${chosen.id}`, shorter)).statusCode, 400)
    assert.equal((await owner.patch(`/lessons/${chosen.id}`, { ...shorter, completionSeconds: 40 })).statusCode, 200)
  })

  test('saving contents disturbs nobody who edits the course, other changes do', async (t) => {
    const { owner, courseId, lessonIds } = await setUp(await createHarness(t))
    const { etag } = (await owner.get(`/courses/${courseId}`)).headers
    await owner.patch(`/lessons/${lessonIds[0]}`, { content: { format: 'markdown', source: 'New.' } })
    assert.equal((await owner.get(`/courses/${courseId}`)).headers.etag, etag)
    await owner.patch(`/lessons/${lessonIds[0]}`, { title: 'New' })
    assert.notEqual((await owner.get(`/courses/${courseId}`)).headers.etag, etag)
  })

  test('prerequisites: 400 outside the course, 409 in a circle, also when made at once', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    const other = await makeCourse(owner)
    const require = (lesson: number, ...others: number[]) =>
      owner.patch(`/lessons/${lessonIds[lesson]}`, { prerequisiteIds: others.map((one) => lessonIds[one]) })
    const outside = await owner.patch(`/lessons/${lessonIds[0]}`, {
      prerequisiteIds: [lessonIds[1], other.lessonIds[0]],
    })
    assert.deepEqual(pointers(outside), ['/body/prerequisiteIds/1'])
    assert.equal((await require(0, 0)).statusCode, 409)
    assert.equal((await require(1, 0)).statusCode, 200)
    assert.equal((await require(2, 1)).statusCode, 200)
    const circle = await require(0, 2)
    assert.equal(circle.statusCode, 409)
    assert.equal(circle.json().type, '/problems/courses/prerequisite-cycle')
    for (const lesson of [0, 1, 2]) await require(lesson)
    const responses = await Promise.all([require(0, 1), require(1, 2), require(2, 0)])
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 200, 409])
  })

  test('401, 403 and 404', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessonIds } = await setUp(harness)
    const [path, change] = [`/lessons/${lessonIds[0]}`, { title: 'x' }]
    assert.equal((await harness.visitor.patch(path, change)).statusCode, 401)
    assert.equal((await (await harness.signUp('instructor')).patch(path, change)).statusCode, 403)
    assert.equal((await owner.patch(`/lessons/${crypto.randomUUID()}`, change)).statusCode, 404)
    const draft = await makeCourse(owner, { isPublished: false })
    const hidden = await (await harness.signUp('instructor')).patch(`/lessons/${draft.lessonIds[0]}`, change)
    assert.equal(hidden.statusCode, 404)
  })
})
