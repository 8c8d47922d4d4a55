import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockCourseFor, requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { LetterScale } from '../calculation/letters.ts'
import type { GradebookDeps } from '../deps.ts'
import { type RuleRow, selectRule, storeRule } from './queries.ts'
import type { GradeScale, ScaleBody } from './schemas.ts'
import {
  scaleOf,
  selectSetup,
  toGradeCategory,
  toGradeItem,
  toLetters,
  uncountedItemIds,
  weightingOf,
} from './setup.ts'
import type { CheckVersion } from './version.ts'

export function createScale({ db, now }: Pick<GradebookDeps, 'db' | 'now'>) {
  /** All that decides how grades are counted, for staff. */
  async function readSetup(caller: Principal, courseId: string) {
    await requireCourseRight(db, caller, courseId, 'grade')
    const setup = await selectSetup(db, courseId)
    return {
      courseId,
      weighting: weightingOf(setup.categories),
      letters: toLetters(setup.scale),
      categories: setup.categories.map(toGradeCategory),
      items: setup.items.map(toGradeItem),
      uncountedItemIds: uncountedItemIds(setup),
    }
  }

  async function readScale(caller: Principal, courseId: string) {
    await requireCourseRight(db, caller, courseId, 'grade')
    return versioned(courseId, await selectRule(db, courseId))
  }

  /** Gives a course a scale of its own. All letters change at once: none is stored. */
  async function setScale(
    caller: Principal,
    courseId: string,
    input: ScaleBody,
    checkVersion: CheckVersion,
    actor: Actor,
  ) {
    const at = now()
    const letters = toLetters(checkedScale(input))
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, caller, courseId, 'edit')
      const present = await selectRule(tx, courseId)
      checkVersion(present?.version ?? 0)
      const row = await storeRule(tx, courseId, JSON.stringify(letters), at.toISOString())
      const details = { before: present?.letters ?? null, after: letters }
      const entry = { action: 'grade-scale.changed', subjectType: 'course', subjectId: courseId, details } as const
      await recordAudit(tx, actor, entry, at)
      return versioned(courseId, row)
    })
  }

  return { readSetup, readScale, setScale }
}

function versioned(courseId: string, rule: RuleRow | undefined): { version: number; body: GradeScale } {
  return { version: rule?.version ?? 0, body: { courseId, letters: toLetters(scaleOf(rule)), isDefault: !rule } }
}

/** Every percentage has exactly one letter: boundaries fall, the last is 0, and no letter comes twice. */
function checkedScale({ letters }: ScaleBody): LetterScale {
  const scale = letters.map(({ letter, minPercent }) => ({
    letter: letter.trim(),
    minPercent: parseDecimal(minPercent),
  }))
  const errors = scale.flatMap(({ letter, minPercent }, index) => {
    const before = scale[index - 1]
    const isLast = index === scale.length - 1
    const pointer = (field: string) => `/body/letters/${index}/${field}`
    return [
      ...(before && minPercent >= before.minPercent
        ? [{ pointer: pointer('minPercent'), message: `must be below ${formatDecimal(before.minPercent)}` }]
        : []),
      ...(isLast && minPercent !== 0
        ? [{ pointer: pointer('minPercent'), message: 'must be 0: the last letter is for all the rest' }]
        : []),
      ...(scale.findIndex((one) => one.letter === letter) < index
        ? [{ pointer: pointer('letter'), message: 'must be another letter: this one stands above already' }]
        : []),
    ]
  })
  if (errors.length > 0) throw invalidRequest({ errors })
  return scale
}
