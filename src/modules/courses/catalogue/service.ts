import { notAllowed, notAuthenticated } from '#modules/auth/index.ts'
import type { CachedBody } from '#platform/http/cached-body.ts'
import { readCursor, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { Viewer } from '../access/access.ts'
import type { CourseDeps } from '../deps.ts'
import { seesPublicDocuments } from '../public-documents/audience.ts'
import {
  type CourseFilter,
  type ListDetails,
  type ListedCourse,
  positionIn,
  selectCourses,
  selectListDetails,
} from './queries.ts'
import type { CatalogueQuery, CourseSummary } from './schemas.ts'

export function createCatalogue({ db, documents }: CourseDeps) {
  /** A page of the catalogue as everybody may see it; undefined when it has to be decided who asks. */
  function listPublicCourses(viewer: Viewer, query: CatalogueQuery): Promise<CachedBody | undefined> {
    const { category, difficulty, q, sort, limit, cursor, mine, status, ...rest } = query
    // A filter that is added later is part of the name too, or this does not compile.
    rest satisfies Record<string, never>
    if (mine || (status ?? 'published') !== 'published' || !seesPublicDocuments(viewer))
      return Promise.resolve(undefined)
    return documents.get(['catalogue', category, difficulty, q, sort, limit, cursor], () => listCourses(viewer, query))
  }

  /** Published courses; with `mine` those whose staff the viewer is, in any status. */
  async function listCourses(viewer: Viewer, query: CatalogueQuery) {
    const { category, difficulty, q, sort, limit } = query
    const filter: CourseFilter = {
      sort,
      limit,
      ...(category !== undefined && { category }),
      ...(difficulty !== undefined && { difficulty }),
      ...(q?.trim() && { q }),
      ...visibleTo(viewer, query),
      after: sort === 'title' ? readCursor(query.cursor, 2) : readTimeCursor(query.cursor),
    }
    const rows = await selectCourses(db, filter)
    const details = await selectListDetails(
      db,
      rows.slice(0, limit).map((row) => row.id),
    )
    return toPage(rows, limit, (row) => toCourseSummary(row, details), positionIn(filter))
  }

  return { listPublicCourses, listCourses }
}

/** Which courses this viewer may list at all. */
function visibleTo(viewer: Viewer, { mine, status }: CatalogueQuery): Pick<CourseFilter, 'staffId' | 'status'> {
  if (mine) {
    if (!viewer) throw notAuthenticated({ reason: 'missing' })
    return { staffId: viewer.userId, ...(status && { status }) }
  }
  if (status === undefined || status === 'published') return { status: 'published' }
  if (!viewer) throw notAuthenticated({ reason: 'missing' })
  if (viewer.role !== 'administrator') throw notAllowed({ needs: 'the role administrator, or mine=true' })
  return { status }
}

function toCourseSummary(row: ListedCourse, { instructors, lessonCounts }: ListDetails): CourseSummary {
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    summary: row.summary,
    category: row.category,
    difficulty: row.difficulty,
    status: row.status,
    selfEnrollment: row.self_enrollment,
    instructors: instructors.get(row.id) ?? [],
    lessonCount: lessonCounts.get(row.id) ?? 0,
    createdAt: row.created_at,
    publishedAt: row.published_at,
  }
}
