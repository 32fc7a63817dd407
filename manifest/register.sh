#!/usr/bin/env bash
# Registers Patchcord in Entra with the Azure CLI (`az login` first), as docs/install-teams.md tells by hand.
# Safe to repeat: a registration of the same name is brought up to date, never made twice.
set -euo pipefail

usage() {
  cat <<'TEXT'
npm run teams:register -- --base-url https://patchcord.example.com [options]

  --base-url   where Patchcord is reached: https and a host name of your own
  --name       name of the app registration; Patchcord unless you say otherwise
  --level      read-only: see presence and people, change nothing in Teams
               full (default): also show "in a call", open meetings, install the app
  --photos     also show colleagues' pictures on the agent's desk
  --upload     also let a Teams administrator upload the app from Patchcord's own screen, by their own sign-in
  --calendar   also tell until when colleagues are in a meeting
  --secret     make a client secret and print it once; the Azure CLI keeps no copy
  --plan       print what would be sent, and send nothing
TEXT
}

base_url="" name="Patchcord" level="full" photos=false upload=false calendar=false secret=false plan=false
while [ $# -gt 0 ]; do
  case "$1" in
    --base-url | --name | --level)
      [ $# -ge 2 ] || { echo "$1 wants a value" >&2; exit 2; }
      case "$1" in --base-url) base_url="$2" ;; --name) name="$2" ;; --level) level="$2" ;; esac
      shift 2 ;;
    --photos) photos=true; shift ;;
    --upload) upload=true; shift ;;
    --calendar) calendar=true; shift ;;
    --secret) secret=true; shift ;;
    --plan) plan=true; shift ;;
    --help) usage; exit 0 ;;
    *) echo "Unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
done

base_url="${base_url%/}"
if ! [[ "$base_url" =~ ^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?$ ]]; then
  echo "--base-url wants https and a host name in lower case, such as https://patchcord.example.com" >&2; exit 2
fi
if ! [[ "$name" =~ ^[[:alnum:]\ ._-]{1,80}$ ]]; then echo "--name wants letters, digits, blanks, . _ -" >&2; exit 2; fi
host="${base_url#https://}"

permissions=(Presence.Read.All User.Read.All)
case "$level" in
  read-only) ;;
  full) permissions+=(Presence.ReadWrite.All OnlineMeetings.ReadWrite.All TeamsAppInstallation.ReadWriteSelfForUser.All) ;;
  *) echo "--level is read-only or full" >&2; exit 2 ;;
esac
if $photos; then permissions+=(ProfilePhoto.Read.All); fi
if $calendar; then permissions+=(Calendars.ReadBasic.All); fi

# Microsoft Graph itself, and the Teams clients that sign people in. Source: msteams-docs, tab-sso-register-aad.
graph=00000003-0000-0000-c000-000000000000
teams_desktop=1fec8e78-bce4-4aaf-ab1b-5451cc387264
teams_web=5e3ce6c0-2b1f-4285-8d4b-75ee78787346
# Ids of our own within the registration; the same in every tenant.
scope_id=9d1f5f0a-6b0e-4c55-9a7e-2c1d3f4b5a60
admin_role=3a5b7c9d-1e2f-4a6b-8c0d-9e8f7a6b5c41
supervisor_role=3a5b7c9d-1e2f-4a6b-8c0d-9e8f7a6b5c42

run() { if $plan; then printf '%q ' az "$@" >&2; echo >&2; else az "$@"; fi; }

role_ids=""
for permission in "${permissions[@]}"; do
  if $plan; then id="<id of $permission>"
  else id="$(az ad sp show --id "$graph" --query "appRoles[?value=='$permission'].id | [0]" --output tsv)"; fi
  [ -n "$id" ] || { echo "Microsoft Graph does not know $permission in this cloud" >&2; exit 1; }
  role_ids="$role_ids${role_ids:+,}{\"id\":\"$id\",\"type\":\"Role\"}"
done
# Delegated: it counts only together with the role of who signs in.
if $upload; then
  permission=AppCatalog.ReadWrite.All
  if $plan; then id="<id of $permission>"
  else id="$(az ad sp show --id "$graph" --query "oauth2PermissionScopes[?value=='$permission'].id | [0]" --output tsv)"; fi
  [ -n "$id" ] || { echo "Microsoft Graph does not know $permission in this cloud" >&2; exit 1; }
  role_ids="$role_ids,{\"id\":\"$id\",\"type\":\"Scope\"}"
  permissions+=("$permission (delegated)")
fi

if $plan; then app_id="<client id>"
else
  app_id="$(az ad app list --display-name "$name" --query "[?displayName=='$name'].appId" --output tsv)"
  if [ "$(printf '%s' "$app_id" | grep -c .)" -gt 1 ]; then
    echo "There are several registrations named $name: give another --name" >&2; exit 1
  fi
  [ -n "$app_id" ] || app_id="$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)"
fi

body() {
  cat <<JSON
{"identifierUris":["api://$host/botid-$app_id"],
"web":{"redirectUris":["$base_url/auth/callback"]},
"requiredResourceAccess":[{"resourceAppId":"$graph","resourceAccess":[$role_ids]}],
"appRoles":[
{"id":"$admin_role","value":"Patchcord.Admin","displayName":"Patchcord admin","description":"Sets Patchcord up","allowedMemberTypes":["User"],"isEnabled":true},
{"id":"$supervisor_role","value":"Patchcord.Supervisor","displayName":"Patchcord supervisor","description":"Sees how experts and agents fare","allowedMemberTypes":["User"],"isEnabled":true}],
"api":{"requestedAccessTokenVersion":2,
"oauth2PermissionScopes":[{"id":"$scope_id","value":"access_as_user","type":"User","isEnabled":true,
"adminConsentDisplayName":"Use Patchcord as the signed-in person","adminConsentDescription":"Lets Patchcord know who has opened its tab.",
"userConsentDisplayName":"Use Patchcord as you","userConsentDescription":"Lets Patchcord know who has opened its tab."}]}}
JSON
}
clients="{\"api\":{\"preAuthorizedApplications\":[{\"appId\":\"$teams_desktop\",\"delegatedPermissionIds\":[\"$scope_id\"]},{\"appId\":\"$teams_web\",\"delegatedPermissionIds\":[\"$scope_id\"]}]}}"

address="https://graph.microsoft.com/v1.0/applications(appId='$app_id')"
patch() { run rest --method PATCH --url "$address" --headers Content-Type=application/json --body "$1"; }
patch "$(body)"
patch "$clients" # a client can be authorized only for a scope that is there already
if $plan || ! az ad sp show --id "$app_id" --output none 2>/dev/null; then run ad sp create --id "$app_id" --output none; fi

tenant="<tenant id>"
$plan || tenant="$(az account show --query tenantId --output tsv)"
echo "Tenant ID      $tenant"
echo "Client ID      $app_id"
if $secret && ! $plan; then
  echo "Client secret  $(az ad app credential reset --id "$app_id" --append --years 1 --query password --output tsv)"
fi
echo "Permissions    ${permissions[*]}"
echo "Give consent   https://login.microsoftonline.com/$tenant/adminconsent?client_id=$app_id"
echo "Next           npm run teams:package -- --base-url $base_url --app-id $app_id"
