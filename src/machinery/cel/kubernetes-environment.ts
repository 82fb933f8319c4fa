import { Environment } from './environment.ts';
import { functionTable } from './function.ts';
import { formatsLibrary } from './library/formats.ts';
import { gatheringLibrary } from './library/gathering.ts';
import { kubernetesListsLibrary, listsLibrary } from './library/lists.ts';
import { cidrLibrary, cidrType, ipLibrary, ipType } from './library/network.ts';
import { optionalLibrary } from './library/optional.ts';
import { quantityLibrary } from './library/quantity.ts';
import { regexLibrary } from './library/regex.ts';
import { semverLibrary } from './library/semver.ts';
import { setsLibrary } from './library/sets.ts';
import { standardLibrary } from './library/standard.ts';
import { stringsLibrary } from './library/strings.ts';
import { urlsLibrary } from './library/urls.ts';

/** What Kubernetes 1.37 has in every expression, without any variables. */
export const kubernetesEnvironment = new Environment({
  functions: functionTable(
    standardLibrary,
    urlsLibrary,
    regexLibrary,
    optionalLibrary,
    quantityLibrary,
    stringsLibrary,
    setsLibrary,
    ipLibrary,
    cidrLibrary,
    formatsLibrary,
    gatheringLibrary,
    semverLibrary,
    listsLibrary,
    kubernetesListsLibrary,
  ),
  types: [ipType, cidrType],
});
