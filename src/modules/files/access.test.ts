import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type CourseWishes, makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'
import { upload, video } from '#support/uploads.ts'

const NOT_A_FILE = '01900000-0000-7000-8000-000000000000'

/** A published course with one page, its owner, and a file of it that no lesson uses yet. */
async function setUp(t: TestContext, wishes: CourseWishes = {}) {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const course = await makeCourse(owner, wishes)
  const file = await upload(owner, { content: video(1000), name: 'talk.webm', courseId: course.courseId })
  /** Adds a published lesson; its content is the file, unless `lesson` says otherwise. */
  async function addLesson(lesson: Record<string, unknown> = {}): Promise<string> {
    const defaults = { type: 'file', title: 'The talk', content: { fileId: file.id }, status: 'published' }
    const response = await owner.post(`/modules/${course.moduleId}/lessons`, { ...defaults, ...lesson })
    assert.equal(response.statusCode, 201, response.body)
    return response.json().id
  }
  async function enroll(client: ApiClient & { userId: string }, changes = {}) {
    return insertEnrollment(harness, course.courseId, client.userId, changes)
  }
  /** The same status for what is known of it, its content and a link to it; a refusal never says more. */
  async function statusFor(client: ApiClient): Promise<number> {
    const answers = [
      await client.get(`/files/${file.id}`),
      await client.get(`/files/${file.id}/content`),
      await client.post(`/files/${file.id}/link`),
    ]
    const [first] = answers
    for (const answer of answers) {
      assert.equal(answer.statusCode, first?.statusCode, answer.body)
      if (answer.statusCode !== 200) assert.equal(answer.json().type, '/problems/files/not-found')
    }
    const unknown = await client.get(`/files/${NOT_A_FILE}`)
    if (first?.statusCode === 404) assert.equal(first.json().title, unknown.json().title)
    return first?.statusCode ?? 0
  }
  return { ...harness, ...course, owner, file, addLesson, enroll, statusFor }
}

describe('a file of a course', () => {
  test('is for its owner, administrators and the staff of the course, used or not', async (t) => {
    const { signUp, db, clock, courseId, owner, statusFor } = await setUp(t, { isPublished: false })
    const assistant = await signUp('student')
    const added_at = clock.now().toISOString()
    await db
      .insertInto('course_staff')
      .values({ course_id: courseId, user_id: assistant.userId, staff_role: 'teaching-assistant', added_at })
      .execute()
    assert.equal(await statusFor(owner), 200)
    assert.equal(await statusFor(await signUp('administrator')), 200)
    assert.equal(await statusFor(assistant), 200)
    assert.equal(await statusFor(await signUp('instructor')), 404)
  })

  test('is for enrolled students once a published lesson uses it, and for nobody else', async (t) => {
    const { signUp, visitor, enroll, addLesson, statusFor, owner } = await setUp(t)
    const [student, stranger] = [await signUp('student'), await signUp('student')]
    await enroll(student)
    assert.equal(await statusFor(student), 404)
    const lessonId = await addLesson({ status: 'draft' })
    assert.equal(await statusFor(student), 404)
    assert.equal((await owner.post(`/lessons/${lessonId}/publish`)).statusCode, 200)
    assert.equal(await statusFor(student), 200)
    for (const other of [stranger, visitor, await signUp('instructor')]) assert.equal(await statusFor(other), 404)
  })

  test('is closed to students who left, whose time is over, and whose course is a draft again', async (t) => {
    const { signUp, signIn, db, clock, enroll, addLesson, statusFor, courseId, owner } = await setUp(t)
    await addLesson()
    const [gone, short, steady] = [await signUp('student'), await signUp('student'), await signUp('student')]
    await enroll(gone, { status: 'withdrawn' })
    await enroll(short, { expires_at: new Date(clock.now().getTime() + 60_000).toISOString() })
    await enroll(steady)
    assert.equal(await statusFor(gone), 404)
    assert.equal(await statusFor(short), 200)
    clock.advance({ minutes: 2 })
    assert.equal(await statusFor(await signIn(short)), 404)
    assert.equal(await statusFor(steady), 200)
    assert.equal((await owner.post(`/courses/${courseId}/archive`)).statusCode, 200)
    assert.equal(await statusFor(steady), 200)
    await db.updateTable('course').set({ status: 'draft' }).where('id', '=', courseId).execute()
    assert.equal(await statusFor(steady), 404)
  })

  test('opens with its lesson: not before the release, and not before what the lesson requires', async (t) => {
    const { signUp, signIn, clock, enroll, addLesson, statusFor, lessonIds, owner } = await setUp(t)
    const student = await signUp('student')
    const enrollmentId = await enroll(student)
    const [required = ''] = lessonIds
    const releaseAt = new Date(clock.now().getTime() + 3_600_000).toISOString()
    const lessonId = await addLesson({ releaseAt, prerequisiteIds: [required] })
    assert.equal(await statusFor(student), 404)
    clock.advance({ hours: 2 })
    const again = await signIn(student)
    assert.equal(await statusFor(again), 404)
    const completed = await again.post(`/enrollments/${enrollmentId}/lessons/${required}/complete`)
    assert.equal(completed.statusCode, 200, completed.body)
    assert.equal(await statusFor(again), 200)
    const lessonDone = await again.post(`/enrollments/${enrollmentId}/lessons/${lessonId}/complete`)
    assert.equal(lessonDone.statusCode, 200, lessonDone.body)
    const later = new Date(clock.now().getTime() + 3_600_000).toISOString()
    const author = await signIn(owner)
    assert.equal((await author.patch(`/lessons/${lessonId}`, { releaseAt: later })).statusCode, 200)
    assert.equal(await statusFor(again), 200, 'what was completed stays open')
  })

  test('is for everybody while a preview lesson of the published course uses it', async (t) => {
    const { signUp, visitor, enroll, addLesson, statusFor, owner, courseId } = await setUp(t)
    await addLesson({
      isPreview: true,
      type: 'video',
      content: { fileId: undefined, url: 'https://x.example/' },
    }).catch(() => {})
    const gone = await signUp('student')
    await enroll(gone, { status: 'withdrawn' })
    const lessonId = await addLesson({ isPreview: true })
    assert.equal(await statusFor(visitor), 200)
    assert.equal(await statusFor(gone), 200)
    assert.equal(await statusFor(await signUp('student')), 200)
    assert.equal((await owner.patch(`/lessons/${lessonId}`, { isPreview: false })).statusCode, 200)
    assert.equal(await statusFor(visitor), 404)
    assert.equal((await owner.patch(`/lessons/${lessonId}`, { isPreview: true })).statusCode, 200)
    assert.equal((await owner.post(`/courses/${courseId}/archive`)).statusCode, 200)
    for (const client of [visitor, gone]) assert.equal(await statusFor(client), 404)
  })

  test('is used by a page that mentions it', async (t) => {
    const { signUp, visitor, enroll, addLesson, statusFor, file } = await setUp(t)
    const student = await signUp('student')
    await enroll(student)
    const source = `The [handout](/api/v1/files/${file.id}/content).`
    await addLesson({ type: 'page', content: { format: 'markdown', source } })
    assert.equal(await statusFor(student), 200)
    assert.equal(await statusFor(visitor), 404)
  })
})

describe('a lesson', () => {
  test('400 for a file of another course, of nobody, and deleted; nothing is created', async (t) => {
    const { owner, moduleId, file, db } = await setUp(t)
    const other = await makeCourse(owner)
    const elsewhere = await upload(owner, { courseId: other.courseId })
    const personal = await upload(owner)
    assert.equal((await owner.delete(`/files/${file.id}`)).statusCode, 204)
    const before = await db.selectFrom('lesson').selectAll().execute()
    for (const fileId of [elsewhere.id, personal.id, file.id, NOT_A_FILE]) {
      for (const content of [
        { type: 'file', content: { fileId } },
        { type: 'video', content: { fileId, durationSeconds: 60 } },
      ]) {
        const response = await owner.post(`/modules/${moduleId}/lessons`, { title: 'x', ...content })
        assert.equal(response.statusCode, 400, response.body)
        assert.equal(response.json().errors[0].pointer, '/body/content/fileId')
      }
    }
    assert.deepEqual(await db.selectFrom('lesson').selectAll().execute(), before)
  })

  test('409 when its file is to be deleted, draft or not; 204 once it is gone', async (t) => {
    const { owner, file, addLesson, db } = await setUp(t)
    const lessonIds = [
      await addLesson({ status: 'draft' }),
      await addLesson({ type: 'video', content: { fileId: file.id, durationSeconds: 60 } }),
      await addLesson({ type: 'page', content: { format: 'html', source: `<a href="/files/${file.id}">x</a>` } }),
    ].sort()
    const refused = await owner.delete(`/files/${file.id}`)
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().type, '/problems/files/in-use')
    assert.deepEqual(refused.json().lessonIds.sort(), lessonIds)
    assert.equal((await owner.get(`/files/${file.id}/content`)).statusCode, 200)
    await db.deleteFrom('lesson').where('id', 'in', lessonIds).execute()
    assert.equal((await owner.delete(`/files/${file.id}`)).statusCode, 204)
  })

  test('added while its file is deleted: one of both is refused, and no lesson is left with a file that is gone', async (t) => {
    const { owner, courseId, moduleId, db } = await setUp(t)
    for (let round = 0; round < 10; round++) {
      const { id } = await upload(owner, { courseId })
      const lesson = { type: 'file', title: 'x', content: { fileId: id } }
      const [deleted, added] = await Promise.all([
        owner.delete(`/files/${id}`),
        owner.post(`/modules/${moduleId}/lessons`, lesson),
      ])
      const outcome = [deleted.statusCode, added.statusCode]
      assert.ok(['204,400', '409,201'].includes(outcome.join()), outcome.join())
    }
    const lessons = await db.selectFrom('lesson').select('content').where('type', '=', 'file').execute()
    const files = await db.selectFrom('stored_file').select('id').where('deleted_at', 'is', null).execute()
    for (const { content } of lessons) assert.ok(files.some(({ id }) => id === content.fileId))
  })
})

describe('DELETE /files/:fileId of a course', () => {
  test('204 for its owner and whoever may edit the course; 403 for its other readers, 404 for the rest', async (t) => {
    const { signUp, db, clock, courseId, owner, enroll, addLesson } = await setUp(t)
    const [uploader, assistant, editor, student, stranger] = [
      await signUp('administrator'),
      await signUp('student'),
      await signUp('instructor'),
      await signUp('student'),
      await signUp('student'),
    ]
    const added_at = clock.now().toISOString()
    for (const [{ userId }, staff_role] of [
      [assistant, 'teaching-assistant'],
      [editor, 'co-instructor'],
    ] as const) {
      await db
        .insertInto('course_staff')
        .values({ course_id: courseId, user_id: userId, staff_role, added_at })
        .execute()
    }
    await enroll(student)
    const files = [
      await upload(uploader, { courseId }),
      await upload(uploader, { courseId }),
      await upload(uploader, { courseId }),
    ]
    const path = (index: number) => `/files/${files[index].id}`
    const lessonId = await addLesson({ content: { fileId: files[0].id } })
    assert.equal((await student.delete(path(0))).statusCode, 403)
    assert.equal((await assistant.delete(path(0))).statusCode, 403)
    assert.equal((await student.delete(path(1))).statusCode, 404)
    assert.equal((await stranger.delete(path(0))).statusCode, 404)
    await db.deleteFrom('lesson').where('id', '=', lessonId).execute()
    assert.equal((await uploader.delete(path(0))).statusCode, 204)
    assert.equal((await editor.delete(path(1))).statusCode, 204)
    assert.equal((await owner.delete(path(2))).statusCode, 204)
  })
})
