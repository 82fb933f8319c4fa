import {
  errorsOfEach,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import type { RoleBinding, RoleRef, Subject } from '../types/rbac-v1.generated.ts';

export const rbacGroupName = 'rbac.authorization.k8s.io';

const subjectKinds = ['ServiceAccount', 'User', 'Group'];

/** Both kinds of bindings look alike; they differ in what they may refer to. */
export interface BindingRules {
  readonly namespaced: boolean;
  /** Kinds of roles. */
  readonly roles: readonly string[];
}

/** What nobody says of users, groups and roles: that they are this group's. */
export function setBindingDefaults(binding: RoleBinding): void {
  binding.roleRef ??= {};
  binding.roleRef.apiGroup ||= rbacGroupName;
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= rbacGroupName;
  }
}

/** Names that are missing are told after everything else. */
export const validateBinding =
  (rules: BindingRules) =>
  ({ roleRef = {}, subjects }: RoleBinding): FieldError[] => [
    ...validateRoleRef(roleRef, rules),
    ...validateSubjects(subjects, rules),
    ...missingNames(subjects),
    ...missingRole(roleRef),
  ];

/** What is bound stays; what is missing in another role is told before it is said that it may not be another. */
export const validateBindingUpdate =
  (rules: BindingRules) =>
  ({ roleRef = {}, subjects }: RoleBinding, { roleRef: old = {} }: RoleBinding): FieldError[] => [
    ...validateRoleRef(roleRef, rules),
    ...missingRole(roleRef),
    ...validateSubjects(subjects, rules),
    ...(jsonEqual(shownRole(roleRef), shownRole(old))
      ? []
      : [invalidValue('roleRef', shownRole(roleRef), fieldIsImmutable)]),
    ...missingNames(subjects),
  ];

/** By the names of Go's fields. */
const shownRole = ({ apiGroup = '', kind = '', name = '' }: RoleRef) => ({
  APIGroup: apiGroup,
  Kind: kind,
  Name: name,
});

const missingRole = ({ name = '' }: RoleRef): FieldError[] => (name === '' ? [requiredValue('roleRef.name')] : []);

const missingNames = (subjects: readonly Subject[] | undefined): FieldError[] =>
  errorsOfEach(subjects ?? [], ({ name = '' }, index) =>
    name === '' ? [requiredValue(`subjects[${index}].name`)] : [],
  );

const validateRoleRef = ({ apiGroup = '', kind = '', name = '' }: RoleRef, { roles }: BindingRules): FieldError[] => [
  ...(apiGroup === rbacGroupName ? [] : [unsupportedValue('roleRef.apiGroup', apiGroup, [rbacGroupName])]),
  ...(roles.includes(kind) ? [] : [unsupportedValue('roleRef.kind', kind, roles)]),
  ...validateText(name, 'roleRef.name', pathSegmentName),
];

const validateSubjects = (subjects: readonly Subject[] | undefined, rules: BindingRules): FieldError[] =>
  errorsOfEach(subjects ?? [], (subject, index) => validateSubject(subject, rules, `subjects[${index}]`));

function validateSubject(subject: Subject, { namespaced }: BindingRules, path: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...(name === '' ? [] : validateText(name, `${path}.name`, dns1123Subdomain)),
        ...(apiGroup === '' ? [] : [unsupportedValue(`${path}.apiGroup`, apiGroup, [''])]),
        ...(namespaced || namespace !== '' ? [] : [requiredValue(`${path}.namespace`)]),
      ];
    case 'User':
    case 'Group':
      return apiGroup === rbacGroupName ? [] : [unsupportedValue(`${path}.apiGroup`, apiGroup, [rbacGroupName])];
    default:
      return [unsupportedValue(`${path}.kind`, kind, subjectKinds)];
  }
}
