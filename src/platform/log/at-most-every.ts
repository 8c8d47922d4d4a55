/** A function that passes at most one call per `seconds` on to `act`: what fails many times a second is logged once. */
export function atMostEvery<A extends unknown[]>(seconds: number, act: (...args: A) => void): (...args: A) => void {
  let quietUntil = 0
  return (...args) => {
    if (performance.now() < quietUntil) return
    quietUntil = performance.now() + seconds * 1000
    act(...args)
  }
}
