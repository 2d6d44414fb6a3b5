// Starts the components of govuk-frontend that the portal uses, with the page's own words.
// Everything works without this file; it adds comfort only.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { FileUpload } from "govuk-frontend/dist/govuk/components/file-upload/file-upload.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";

const element = document.getElementById("td-words");
const words = element ? JSON.parse(element.textContent) : {};
const said = (name) => (words[name] ? { i18n: words[name] } : {});

createAll(Button, { preventDoubleClick: true });
createAll(CharacterCount, said("characterCount"));
createAll(Checkboxes);
createAll(ErrorSummary);
createAll(FileUpload, said("fileUpload"));
createAll(PasswordInput, said("passwordInput"));
createAll(Radios);
createAll(ServiceNavigation);
createAll(SkipLink);

// Where what stands beside a page is pushed sideways, the page's own name is in sight.
document
  .querySelector(".td-beside [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "center" });
