/** How much data the benchmark loads. */
export interface Size {
  readonly name: string
  readonly courses: number
  readonly students: number
}

export const LESSONS_PER_COURSE = 20
export const ENROLLMENTS_PER_STUDENT = 10
/** Of the lessons of each enrollment. */
export const LESSONS_DONE = 4

const unit = { courses: 200, students: 5_000 }

/** The size of the issue and its multiples; `tiny` proves that the harness works. */
export const sizes = {
  tiny: { name: 'tiny', courses: 20, students: 1_000 },
  '1': { name: '1×', ...unit },
  '10': { name: '10×', courses: unit.courses * 10, students: unit.students * 10 },
  '100': { name: '100×', courses: unit.courses * 100, students: unit.students * 100 },
} as const satisfies Record<string, Size>

export function enrollmentsOf({ students }: Size): number {
  return students * ENROLLMENTS_PER_STUDENT
}
