/** What a loop reads and writes. */

import type { Access, Loop } from './program.ts';

export const loadsOf = (loop: Loop): Access[] =>
  loop.members.flatMap(({ computation }) => (computation.kind === 'load' ? [computation.access] : []));

export const accessesOf = (loop: Loop): Access[] => [
  ...loadsOf(loop),
  ...loop.stores.map(({ access }) => access),
];

/** A loop with other accesses; its members are new, and refer to one another. */
export function mapAccesses(loop: Loop, change: (access: Access) => Access): Loop {
  const members = new Map<Loop['members'][number], Loop['members'][number]>();
  for (const member of loop.members) {
    const { computation } = member;
    const of = 'of' in computation ? { of: computation.of.map((operand) => members.get(operand)!) } : {};
    const access = computation.kind === 'load' ? { access: change(computation.access) } : {};
    members.set(member, {
      ...member,
      computation: { ...computation, ...of, ...access } as typeof computation,
    });
  }
  return {
    ...loop,
    members: [...members.values()],
    stores: loop.stores.map((store) => ({
      ...store,
      member: members.get(store.member)!,
      access: change(store.access),
    })),
  };
}
