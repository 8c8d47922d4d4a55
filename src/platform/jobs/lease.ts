/**
 * Renews a lease three times per period until `stop`. `extend` resolves to false when the lease is no longer ours;
 * then, or when it could not be renewed for a whole period, `onLost` is called once.
 */
export function keepLease({
  seconds,
  extend,
  onLost,
}: {
  readonly seconds: number
  readonly extend: () => Promise<boolean>
  readonly onLost: () => void
}): { stop(): void } {
  let endsAt = performance.now() + seconds * 1000
  let timer = later()
  let isOver = false

  function later(): NodeJS.Timeout {
    return setTimeout(() => void renew(), (seconds * 1000) / 3)
  }

  async function renew(): Promise<void> {
    const asked = performance.now()
    try {
      if (await extend()) endsAt = asked + seconds * 1000
      else endsAt = 0
    } catch {
      // The database is away: the lease we have still holds for a while.
    }
    if (isOver) return
    if (performance.now() < endsAt) timer = later()
    else onLost()
  }

  return {
    stop() {
      isOver = true
      clearTimeout(timer)
    },
  }
}
