const HOSTS_REMEMBERED = 1000

/** Decides about a host as a client writes it, with or without a port: `*` is any, `*.example.org` its subdomains. */
export function hostMatcher(trusted: readonly string[]): (host: string) => boolean {
  if (trusted.includes('*')) return () => true
  const exact = new Set(trusted.filter((name) => !name.startsWith('*.')).map((name) => name.toLowerCase()))
  const suffixes = trusted.filter((name) => name.startsWith('*.')).map((name) => name.slice(1).toLowerCase())
  const remembered = new Map<string, boolean>()

  function decide(host: string): boolean {
    const name = host.replace(/:\d*$/, '').toLowerCase()
    return exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix))
  }

  return (host) => {
    let isTrusted = remembered.get(host)
    if (isTrusted === undefined) {
      isTrusted = decide(host)
      // Clients can send any number of names.
      if (remembered.size < HOSTS_REMEMBERED) remembered.set(host, isTrusted)
    }
    return isTrusted
  }
}
