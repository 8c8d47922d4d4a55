/** The real time, moved by what the test has advanced it. */
export interface TestClock {
  now(): Date
  advance(time: { seconds?: number; minutes?: number; hours?: number; days?: number }): void
  /** From now on only `advance` moves it. */
  freeze(): void
}

export function createClock(): TestClock {
  let offsetMs = 0
  let frozenAt: number | undefined
  return {
    now: () => new Date((frozenAt ?? Date.now()) + offsetMs),
    freeze() {
      frozenAt ??= Date.now()
    },
    advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }) {
      offsetMs += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    },
  }
}

/** Moves the clock to the next noon (UTC), for tests that count by day and must not meet midnight. */
export function advanceToNoon(clock: TestClock): void {
  const noon = new Date(clock.now())
  noon.setUTCHours(36, 0, 0, 0)
  clock.advance({ seconds: (noon.getTime() - clock.now().getTime()) / 1000 })
}
