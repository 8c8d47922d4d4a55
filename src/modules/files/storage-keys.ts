/** Before every key of this module: others may keep objects in the same storage. */
export const KEY_PREFIX = 'files/'
