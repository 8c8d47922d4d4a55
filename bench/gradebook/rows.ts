import type { Insertable, Kysely } from 'kysely'
import { sql } from 'kysely'
import { insertRows } from '#platform/database/bulk-insert.ts'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../src/database.ts'
import { createRandom } from '../../src/demo/random.ts'
import { enrollmentsOf } from '../world/sizes.ts'
import type { World } from '../world/world.ts'

export const COURSES = 10
export const ITEMS = 60
const CATEGORIES = 4
const AT = '2026-01-01T08:00:00.000Z'

/** Full gradebooks for the first courses of the world: every student has a grade for nearly every item. */
export async function loadGradebooks(db: Kysely<Database>, world: World): Promise<void> {
  await inTransaction(db, async (tx) => {
    await insertRows(
      tx,
      'course_staff',
      range(COURSES, (n) => grader(world, n)),
    )
    await insertRows(
      tx,
      'grade_category',
      range(COURSES * CATEGORIES, (n) => category(world, n)),
    )
    await insertRows(
      tx,
      'grade_item',
      range(COURSES * ITEMS, (n) => item(world, n)),
    )
    await insertRows(tx, 'grade', grades(world))
  })
  await sql.raw(dialectOfDatabase(db) === 'postgres' ? 'vacuum analyze' : 'analyze').execute(db)
}

/** The first student, so that the benchmark needs no token of another kind. */
function grader(world: World, n: number): Insertable<Database['course_staff']> {
  return { course_id: world.courseId(n), user_id: world.studentId(0), staff_role: 'teaching-assistant', added_at: AT }
}

function category(world: World, n: number): Insertable<Database['grade_category']> {
  const [course, place] = [Math.floor(n / CATEGORIES), n % CATEGORIES]
  return {
    id: uuid('ca', course, place),
    course_id: world.courseId(course),
    title: `Category ${place + 1}`,
    weight: parseDecimal(String(10 * (place + 1))),
    drop_lowest: place === 0 ? 2 : 0,
    created_at: AT,
    updated_at: AT,
  }
}

function item(world: World, n: number): Insertable<Database['grade_item']> {
  const [course, place] = [Math.floor(n / ITEMS), n % ITEMS]
  return {
    id: uuid('ee', course, place),
    course_id: world.courseId(course),
    category_id: uuid('ca', course, place % CATEGORIES),
    source: place % 3 === 0 ? 'assignment' : 'quiz',
    source_id: uuid('af', course, place),
    title: `Item ${place + 1}`,
    points_possible: parseDecimal(String(10 + (place % 5))),
    is_extra_credit: place === ITEMS - 1,
    is_released: true,
    created_at: AT,
    updated_at: AT,
    removed_at: null,
  }
}

function* grades(world: World): Generator<Insertable<Database['grade']>> {
  const random = createRandom(1)
  for (let n = 0; n < enrollmentsOf(world.size); n++) {
    const enrollment = world.enrollment(n)
    if (enrollment.course >= COURSES) continue
    for (let place = 0; place < ITEMS; place++) {
      if (random.chance(0.02)) continue
      yield {
        enrollment_id: enrollment.id,
        item_id: uuid('ee', enrollment.course, place),
        points: parseDecimal(`${random.whole(3, 10)}.${random.whole(0, 99)}`),
        late_penalty: random.chance(0.1) ? parseDecimal('1.5') : 0,
        override_points: random.chance(0.02) ? parseDecimal('9') : null,
        is_excused: random.chance(0.02),
        graded_at: AT,
        updated_at: AT,
        version: 1,
      }
    }
  }
}

function* range<R>(count: number, row: (n: number) => R): Generator<R> {
  for (let n = 0; n < count; n++) yield row(n)
}

function uuid(kind: 'ca' | 'ee' | 'af', course: number, place: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return `0199a5c0-${hex(place, 4)}-7000-80${kind}-${hex(course, 12)}`
}
