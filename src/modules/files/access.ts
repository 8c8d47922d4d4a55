import { notAllowed, type Principal } from '#modules/auth/index.ts'
import {
  accessCourse,
  type CourseAccess,
  courseNotFound,
  type JudgedLesson,
  may,
  opennessOf,
  type Viewer,
} from '#modules/courses/index.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { FileDeps } from './deps.ts'
import { fileNotFound } from './problems.ts'
import { type FileRow, selectFile, selectLessonsOfFile, selectPagesMentioning } from './queries.ts'

type AccessDeps = Pick<FileDeps, 'db' | 'now' | 'uses'>

/**
 * The file, for its owner and administrators, for the staff of its course, for everybody to whom a lesson of its course
 * that uses it is open, and for whom another use admits. From all others it is hidden.
 */
export async function readableFile(deps: AccessDeps, viewer: Viewer, fileId: string): Promise<FileRow> {
  const file = await selectFile(deps.db, fileId)
  if (!file || !(await mayRead(deps, viewer, file))) throw hideFile(fileId)
  return file
}

/** The file, for those who may delete it; 403 for its other readers. */
export async function deletableFile(deps: AccessDeps, caller: Principal, fileId: string): Promise<FileRow> {
  const file = await readableFile(deps, caller, fileId)
  if (isOwnerOrAdministrator(caller, file)) return file
  const access = await courseAccess(deps, caller, file)
  if (may(access?.standing, 'edit')) return file
  throw notAllowed({ needs: 'the owner of the file, somebody who may edit its course, or an administrator' })
}

async function mayRead(deps: AccessDeps, viewer: Viewer, file: FileRow): Promise<boolean> {
  if (viewer && isOwnerOrAdministrator(viewer, file)) return true
  const { db } = deps
  const access = await courseAccess(deps, viewer, file)
  if (access && may(access.standing, 'read-drafts')) return true
  if (access && !file.is_confidential && (await isInOpenLesson(deps, access, file))) return true
  if (!viewer) return false
  for (const use of deps.uses) if (await use.mayRead(db, viewer, file.id)) return true
  return false
}

async function isInOpenLesson(deps: AccessDeps, access: CourseAccess, file: FileRow): Promise<boolean> {
  const { db } = deps
  const isAnyOpen = (lessons: readonly JudgedLesson[]) => someOpen(deps, access, lessons)
  return (
    (await isAnyOpen(await selectLessonsOfFile(db, access.course.id, file.id))) ||
    (await isAnyOpen(await selectPagesMentioning(db, access.course.id, file.id)))
  )
}

function isOwnerOrAdministrator(viewer: Principal, file: FileRow): boolean {
  return viewer.userId === file.owner_id || viewer.role === 'administrator'
}

/** What the viewer is to the file's course; undefined without a course, or when he may not know of it. */
async function courseAccess(
  { db, now }: AccessDeps,
  viewer: Viewer,
  { course_id }: FileRow,
): Promise<CourseAccess | undefined> {
  if (course_id === null) return undefined
  try {
    return await accessCourse(db, viewer, { id: course_id }, now())
  } catch (error) {
    if (error instanceof Problem && error.code === courseNotFound.code) return undefined
    throw error
  }
}

/** As for reading the lesson itself. */
async function someOpen(
  { db, now }: AccessDeps,
  access: CourseAccess,
  lessons: readonly JudgedLesson[],
): Promise<boolean> {
  for (const lesson of lessons) {
    if ((await opennessOf(db, access, lesson, now())).state === 'open') return true
  }
  return false
}

/** Who may not read a file may not know that it exists. */
function hideFile(fileId: string): Problem {
  return fileNotFound({ fileId })
}
