# shellcheck shell=bash disable=SC2154
# Sourced after steps.sh: virtual environments for Debian's Python 3.11, filled from pinned and hash-checked lists.

base_python=/usr/bin/python3.11

content_hash() { sha256sum -- "$@" | sha256sum | cut -d ' ' -f 1; }

# The hash of pysrc's files by name and content, without what running it leaves behind.
pysrc_hash() {
    (
        cd -- "$root/pysrc" || exit
        find . \( -name __pycache__ -o -name '*.egg-info' -o -name build -o -name dist -o -name .pytest_cache -o -name tests \) -prune \
            -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
    )
}

# is_done VENV NAME HASH; done_with VENV NAME HASH: what was installed is remembered in the environment itself.
is_done() { [[ -r $1/.dspex/$2 && $(<"$1/.dspex/$2") == "$3" ]]; }
done_with() { printf '%s' "$3" >"$1/.dspex/$2"; }

# make_venv FOLDER: an empty environment, remade when Debian's Python has changed, refused when somebody else made it.
make_venv() {
    local venv=$1 identity
    [[ -x $base_python ]] || fail "there is no $base_python" "sudo apt-get install python3.11 python3.11-venv"
    identity="$(stat -L -c '%s %Y' -- "$base_python") 1"
    if is_done "$venv" base "$identity"; then return; fi
    if [[ -e $venv && ! -d $venv/.dspex ]]; then
        fail "$venv was not made by scripts/setup" "mv '$venv' '$venv.old'"
    fi
    rm -rf -- "$venv"
    mkdir -p -- "$venv/.dspex"
    step "make ${venv#"$root"/} with Python 3.11" "venv" "$base_python" -m venv --prompt dspex "$venv"
    done_with "$venv" base "$identity"
}

# install_requirements VENV FILE: the lists are closed, so pip looks for no dependency of its own accord, and builds nothing.
install_requirements() {
    local venv=$1 file=$2 name hash
    [[ -r $file ]] || fail "there is no ${file#"$root"/}" "git checkout -- '${file#"$root"/}'"
    name=${file#"$root"/}
    name=${name//\//-}
    hash=$(content_hash "$file")
    if is_done "$venv" "$name" "$hash"; then return; fi
    step "install ${file#"$root"/}" "pip-$name" "$venv/bin/python" -I -m pip install --progress-bar off --no-input \
        --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes -r "$file"
    done_with "$venv" "$name" "$hash"
    compile_packages "$venv"
}

# install_pysrc VENV: the Python half as a wheel, made anew whenever a file of it changed.
install_pysrc() {
    local venv=$1 hash
    hash=$(pysrc_hash)
    if is_done "$venv" pysrc "$hash"; then return; fi
    step "install pysrc" pip-pysrc build_and_install_pysrc "$venv"
    done_with "$venv" pysrc "$hash"
    compile_packages "$venv"
}

build_and_install_pysrc() {
    local venv=$1 copy wanted got
    # A copy is built, so that nothing of an earlier build gets into the wheel, and nothing of this one into the clone.
    copy=$(mktemp -d)
    cp -r -- "$root/pysrc/." "$copy"
    find "$copy" \( -name build -o -name dist -o -name '*.egg-info' -o -name __pycache__ \) -prune -exec rm -rf {} +
    "$venv/bin/python" -I -m pip install --no-input --disable-pip-version-check --no-deps --no-build-isolation \
        --force-reinstall "$copy"
    rm -rf -- "$copy"
    wanted=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/pysrc/dspex_worker/__init__.py")
    got=$("$venv/bin/python" -I -c 'import importlib.metadata as m; print(m.version("dspex-worker"))')
    if [[ $wanted != "$got" ]]; then
        echo "pysrc says version $wanted, and what was installed says $got"
        return 1
    fi
}

# Byte code must be there even where PYTHONDONTWRITEBYTECODE or PIP_NO_COMPILE is set: without it every zygote compiles DSPy anew.
compile_packages() {
    local venv=$1
    # A few packages ship templates that are no Python; compileall reports them, and that is no failure of ours.
    "$venv/bin/python" -I -m compileall -q -j 0 "$venv/lib/python3.11/site-packages" >"$logs/compileall.log" 2>&1 || true
}
