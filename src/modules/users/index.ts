export { emailTaken, userNotFound } from './problems.ts'
export {
  insertUser,
  lockUser,
  normalizeEmail,
  selectHasAdministrator,
  selectTokenGenerations,
  selectUserByEmail,
  selectUserById,
  startTokenGeneration,
  type UserRow,
  updateUser,
  updateUserName,
} from './queries.ts'
export { Email, FullName, Role, roles, User, UserStatus } from './schemas.ts'
export { foldForSearch, searchTextOf } from './search-text.ts'
export type { UsersDatabase } from './tables.ts'
export { toUser } from './to-user.ts'
