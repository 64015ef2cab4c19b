#!/usr/bin/env bash
# Prints the id and the commit of the run of the workflow deploy that built the release of a run, or fails with the reason.
#
#   release-run.sh RUN
#
# RUN is a run of deploy, or a deployment, whose title names the run from which it took the release. A release is accepted from
# runs of deploy only: a push to a branch starts them, and their commit is on the default branch, so that they ran the reviewed
# workflow. The name of the branch alone is no proof: for a run on a tag, GitHub's API returns the name of the tag there.
#
# Needs gh, jq and a checkout with all branches. The token needs `actions: read`.
set -euo pipefail

runs="repos/$GITHUB_REPOSITORY/actions/runs"
run=$1

refuse() {
  echo "$1" >&2
  exit 1
}

while true; do
  [[ "$run" =~ ^[0-9]+$ ]] || refuse "\"$run\" is not the id of a run."
  found=$(gh api "$runs/$run")
  jq --exit-status --arg branch "$GITHUB_REF_NAME" --arg repository "$GITHUB_REPOSITORY" \
    '.head_branch == $branch and .head_repository.full_name == $repository' <<< "$found" > /dev/null ||
    refuse "Run $run is not a run of the default branch of this repository."
  commit=$(jq --raw-output .head_sha <<< "$found")
  git merge-base --is-ancestor "$commit" "refs/remotes/origin/$GITHUB_REF_NAME" ||
    refuse "Run $run belongs to commit $commit, which is not on the default branch."
  case $(jq --raw-output '(.path | split("@")[0] | ltrimstr(".github/workflows/")) + " " + .event' <<< "$found") in
    "deploy.yml push") break ;;
    "deploy-environment.yml workflow_dispatch") ;;
    *) refuse "Run $run is neither a run of deploy nor a deployment." ;;
  esac
  source=$(jq --raw-output '.display_title | capture("^Deploy \\S+ with the release of run (?<run>[0-9]+)$").run' <<< "$found")
  [[ -n "$source" && "$source" -lt "$run" ]] || refuse "The title of run $run does not name the run of its release."
  run=$source
done

# All attempts: after "Re-run failed jobs", GitHub's API returns only the jobs that ran again as the latest ones.
gh api --paginate "$runs/$run/jobs?filter=all&per_page=100" |
  jq --slurp --exit-status 'any(.[].jobs[]; .name == "check / ci" and .conclusion == "success")' > /dev/null ||
  refuse "The checks of run $run have not succeeded."
echo "$run $commit"
