import assert from 'node:assert/strict'
import type { ApiClient } from './harness.ts'

export interface MadeCourse {
  readonly courseId: string
  readonly moduleId: string
  readonly lessonIds: readonly string[]
}

export interface CourseWishes {
  /** Fields of the body of `POST /courses`. */
  readonly course?: Record<string, unknown>
  /** One published lesson each: fields that differ from those of a short page. Default: one page. */
  readonly lessons?: readonly Record<string, unknown>[]
  /** Default: true. */
  readonly isPublished?: boolean
}

let count = 0

/** A course made through the API by `author`, an instructor or administrator, who owns it. */
export async function makeCourse(author: ApiClient, wishes: CourseWishes = {}): Promise<MadeCourse> {
  const title = `Course ${++count}`
  const courseId = await made(author, '/courses', { title, summary: 'A course.', ...wishes.course })
  const moduleId = await made(author, `/courses/${courseId}/modules`, { title: 'Module 1' })
  const lessonIds: string[] = []
  for (const lesson of wishes.lessons ?? [{}]) {
    const body = {
      type: 'page',
      title: `Lesson ${lessonIds.length + 1}`,
      content: { format: 'markdown', source: 'Hello.' },
      status: 'published',
      ...lesson,
    }
    lessonIds.push(await made(author, `/modules/${moduleId}/lessons`, body))
  }
  if (wishes.isPublished ?? true) {
    const published = await author.post(`/courses/${courseId}/publish`)
    assert.equal(published.statusCode, 200, published.body)
  }
  return { courseId, moduleId, lessonIds }
}

async function made(author: ApiClient, path: string, body: Record<string, unknown>): Promise<string> {
  const response = await author.post(path, body)
  assert.equal(response.statusCode, 201, response.body)
  return response.json().id
}
