import { createRichText } from '#modules/courses/index.ts'
import type { ItemSource } from '#modules/deadlines/index.ts'
import { createAuthoring } from './assignment/authoring.ts'
import { selectAssignment } from './assignment/queries.ts'
import { ruleOf } from './assignment/rule.ts'
import type { AssignmentsDeps } from './deps.ts'
import { createGrading } from './grading/grading.ts'
import { createListing } from './grading/listing.ts'
import { createPublishing } from './grading/publishing.ts'
import { createGrouping } from './group/grouping.ts'
import { createHandingIn } from './submission/handing-in.ts'
import { createLateness, type Lateness } from './submission/lateness.ts'
import { createSubmissionReading } from './submission/reading.ts'

export type Assignments = ReturnType<typeof createAssignments>

/** All that can be done with assignments; each part is a file of its own. */
export function createAssignments(deps: AssignmentsDeps) {
  const publishing = createPublishing(deps)
  const lateness = createLateness(publishing)
  return {
    ...createAuthoring(deps, lateness, createRichText().fromMarkdown),
    ...createHandingIn(deps),
    ...createSubmissionReading(deps),
    ...createGrading(deps, publishing),
    ...createListing(deps),
    ...createGrouping(deps),
    deadlines: deadlinesOf(lateness),
  }
}

/** What the deadline calculator asks about assignments, and whom it tells about accommodations. */
function deadlinesOf({ settleLateness }: Lateness): ItemSource {
  return {
    lessonType: 'assignment',
    async selectItem(db, { lessonId }) {
      const row = await selectAssignment(db, lessonId)
      return row && { rule: ruleOf(row), startedAt: null }
    },
    accommodationsChanged: settleLateness,
  }
}
