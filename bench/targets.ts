/** What the product promises; see verdicts.ts for how each is judged. */
export const targets = {
  /** Requests per second against `node:http` sending the same bytes. */
  shareOfBareServer: { atLeast: 0.6, scenarios: ['catalogue', 'course', 'outline'] },
  /** Requests per second against `node:http` with the same SQL through the bare driver. */
  shareOfBareDriver: { atLeast: 0.5, scenarios: ['catalogue-uncached', 'my-enrollments', 'progress', 'complete'] },
  /** p99 as a multiple of p50 at the usual number of connections. */
  tail: { atMost: 10 },
  residentMegabytes: { atMost: 200 },
  /** Requests per second of the system we compare with: one core of the same kind of machine, PostgreSQL. */
  peer: {
    timesBetter: 10,
    requestsPerSecond: { catalogue: 447, 'catalogue-uncached': 193, 'my-enrollments': 246, complete: 95, login: 3.7 },
  },
  loginFlood: { connections: 64, healthP99Milliseconds: 50 },
  /** No errors at any number of connections, and no fall below this share of the best rate. */
  sweep: {
    connections: [1, 16, 64, 256, 1024, 4096],
    scenarios: ['catalogue', 'my-enrollments'],
    shareOfBest: 0.5,
    from: 16,
  },
  /** With more data, as a multiple of the figures with the least. */
  growth: {
    p50AtMost: 1.5,
    p99AtMost: 2,
    scenarios: ['catalogue-uncached', 'course', 'outline', 'my-enrollments', 'progress', 'complete'],
  },
} as const
