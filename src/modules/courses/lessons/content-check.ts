import type { Kysely } from 'kysely'
import { Value } from 'typebox/value'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../../database.ts'
import { sourceFault } from '../rich-text/source-limits.ts'
import { type LessonType, lessonContents, type TypedContent } from './content.ts'

/** Whether this is a file of this course; the part that keeps files answers, in the caller's transaction. */
export type FileExists = (tx: Kysely<Database>, courseId: string, fileId: string) => Promise<boolean>

/** The content as that of a lesson of `type`; a 400 names what does not fit. */
export function checkContent(type: LessonType, content: unknown): TypedContent {
  const errors = Value.Errors(lessonContents[type], content).map(
    ({ instancePath, message }): FieldError => ({ pointer: `/body/content${instancePath}`, message }),
  )
  if (errors.length > 0) throw invalidRequest({ errors })
  const typed = { type, content } as TypedContent
  const fault = contentFault(typed)
  if (fault) throw invalidRequest({ errors: [fault] })
  return typed
}

/**
 * Refuses content that refers to a file which is not one of this course. The course must be locked, as it is for
 * whoever deletes a file: the lesson never refers to one that is gone.
 */
export async function requireOwnFile(
  tx: Kysely<Database>,
  courseId: string,
  lesson: TypedContent,
  fileExists: FileExists,
): Promise<void> {
  const fileId = lesson.type === 'video' || lesson.type === 'file' ? lesson.content.fileId : undefined
  if (fileId === undefined || (await fileExists(tx, courseId, fileId))) return
  throw invalidRequest({ errors: [{ pointer: '/body/content/fileId', message: 'is no uploaded file of this course' }] })
}

function contentFault(lesson: TypedContent): FieldError | undefined {
  if (lesson.type === 'page') {
    const message = sourceFault(lesson.content.source)
    return message ? { pointer: '/body/content/source', message } : undefined
  }
  if (lesson.type !== 'video' || (lesson.content.url === undefined) !== (lesson.content.fileId === undefined)) {
    return undefined
  }
  return { pointer: '/body/content', message: 'needs either url or fileId' }
}
