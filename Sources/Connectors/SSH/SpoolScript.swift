/// The supervisor: one text for the login shell, in what dash, bash and busybox have in common, with these variables set in front of it.
///
/// `m` marker · `i` id · `mode` start, again or attach · `age` seconds since others began it · `o`, `e` bytes to leave out of the
/// two streams · `q` quota in blocks of 512 bytes · `t` time limit in seconds, 0 for none · `g` seconds between TERM and KILL · `n` bytes
/// of the script and `k` of the input, which come on standard input in this order · `day` a number for each day · `c` the command ·
/// `enter` a function that goes to the working directory.
///
/// Files of one command, mode 0600: `ID.run` (whoever makes it starts the command, once; its lines are process id, its start, boot id,
/// uptime and sshd, then the exit code, whether `tee` could write the output, and in the end whether it could write the errors, why it was
/// ended, and a dot that makes it valid: all in the block that the first line took, so that a full disk cannot swallow them), `.out`, `.err`,
/// `.why` (who ends it writes this first), `.alone` (the connection of the start is gone), `.script` and `.in` while it runs.
///
/// The login shell leads the process group and waits for two `tee`, which write the files and the channel and do not mind when the
/// channel is gone. A shell beside it reads standard input: the marker there says that everything is stored and may go, its end that the
/// connection is gone; then it keeps the time limit. Nothing waits in steps while the first connection lives.
enum SpoolScript {
    static let text = #"""
        umask 077
        trap : TERM
        say() { echo "$m$1"; echo "$m$1" >&2; }
        no() { say "- $1"; exit; }
        boot() {
          { read -r B </proc/sys/kernel/random/boot_id && read -r U u </proc/uptime; } 2>/dev/null || { B=-; U=$(date +%s); }
          U=${U%.*}
        }
        born() {
          T=
          [ -r /proc/self/stat ] || { T=$(ps -o lstart= -p $1 2>/dev/null | tr ' ' _); return; }
          { read -r T </proc/$1/stat; } 2>/dev/null || return
          T=${T##*) }; set -- $T; T=${20}
          case $1 in [ZX]) T= ;; esac
        }
        over() {
          x=
          { read -r x && read -r x && read -r y && read -r z && x="$x $y $z"; } 2>/dev/null <"$d.run" || return 1
          case $x in *.) ;; *) return 1 ;; esac
        }
        wipe() {
          x=; { read -r x <"$b/.swept"; } 2>/dev/null
          [ "$x" = "$day" ] || { echo $day >"$b/.swept"; find "$b" -type f -mtime +14 -exec rm -f {} +; }
          exec rm -f "$d".*
        }
        home() { case $HOME in /?*) ;; *) return 1 ;; esac; b=$HOME/.opsconductor/spool; d=$b/$i; }
        temp() { b=/tmp/opsconductor-$(id -u); d=$b/$i; [ -d "$b" ] && [ -O "$b" ] && [ ! -L "$b" ]; }
        have() { [ -f "$d.run" ]; }
        lock() { set -C; { true >"$d.run"; } 2>/dev/null; x=$?; set +C; return $x; }
        make() {
          { home && { [ -d "$b" ] || mkdir -p "$b"; } && lock && return; home && have && return 1
          mkdir "/tmp/opsconductor-$(id -u)"; temp && lock && return; temp && have && return 1; } 2>/dev/null
          no 'unable no private directory can be made for it in the home directory or /tmp, or the disk is full'
        }
        get() { dd bs=$1 count=1 iflag=fullblock of="$2" 2>/dev/null; [ "$(wc -c <"$2")" -eq $1 ] || { rm -f "$d".*; no 'unable its input did not arrive whole'; }; }
        guard() {
          while read -r x; do [ "$x" != "$m" ] || { wipe; exit; }; done
          w=; trap '[ -z "$w" ] || kill $w; exit' USR1
          trap : TERM
          : >"$d.alone"; over && exit
          [ $t -gt 0 ] || exit
          boot; x=$((t - U + S)); [ $x -gt 0 ] || x=1
          sleep $x & w=$!
          wait $w
          over && exit; [ ! -f "$d.why" ] || exit
          echo limit >"$d.why"
          kill -s TERM -- -$$; sleep $g; kill -s KILL -- -$$
        }
        begin() {
          hash tee tail head wc rm 2>/dev/null || { rm -f "$d".*; no 'unable it lacks one of tee, tail, head, wc and rm'; }
          f=/dev/null h=${SHELL:-/bin/sh} z=${SHELL##*/}
          [ $n -eq 0 ] || { z=$d.script; get $n "$z"; }
          [ $k -eq 0 ] || { f=$d.in; get $k "$f"; }
          enter || { rm -f "$d".*; no outside; }
          boot; born $$; S=$U
          { echo "$$ $T $B $U $PPID" >>"$d.run"; } 2>/dev/null || { rm -f "$d".*; no 'unable the disk is full'; }
          say "$$ 0 $d"
          exec 6<&0 </dev/null 3>&1 4>&2 2>/dev/null
          (exec <&6 >/dev/null 3>&- 4>&-; guard) &
          R=$!
          exec 6<&-
          case $BASH_VERSION:$SHELLOPTS in :* | *:*posix*) ;; *) q=$((q / 2)) ;; esac
          {
            trap : TERM
            {
              trap : TERM
              "$h" -c "$c" "$z" <"$f" 2>&5 3>&- 4>&- 5>&-
              echo $? >>"$d.run"
            } | { trap '' TERM PIPE XFSZ; ulimit -f $q; exec tee "$d.out" >&3 4>&- 5>&-; }
            echo $? >>"$d.run"
          } 5>&1 | { trap '' TERM PIPE XFSZ; ulimit -f $q; exec tee "$d.err" >&4 3>&-; }
          x=$?
          { read -r r; read -r r; } <"$d.run"
          y=-; { read -r y <"$d.why"; } 2>/dev/null
          echo "$x $y ." >>"$d.run"
          trap '' PIPE
          echo "$m.$r 0 0 $y . 0 0"
          exec >/dev/null 3>&- 4>&-
          [ "$f" = /dev/null ] && [ $n -eq 0 ] || rm -f "$d.in" "$d.script"
          case $y in - | limit) ;; *) kill -s KILL $R ;; esac
          if [ $y = - ] && { [ -f "$d.alone" ] || ! have; }; then kill -s USR1 $R; fi
          wait $R
          exit
        }

        attach() {
          x=0
          until [ -s "$d.run" ]; do
            x=$((x + 1)); have && [ $x -lt 60 ] || no 'lost its record is gone from the target'
            sleep 0.1 || sleep 1
          done
          read -r p a r s v <"$d.run"
          boot
          over || [ "$B" = "$r" ] || no 'lost the target was started anew meanwhile'
          if [ $v -ne $PPID ] && { [ -f "$d.alone" ] || sleep 0.2; } && [ ! -f "$d.alone" ]; then
            x=; { read -r x </proc/$v/comm; } 2>/dev/null
            case $x in sshd* | dropbear*) kill -s KILL $v ;; esac
          fi
          say "$p $((U - s)) $d"
          exec 6<&0 </dev/null
          follow &
          R=$!
          exec >/dev/null 2>&1
          while read -r x; do [ "$x" != "$m" ] || { wipe; exit; }; done <&6
          kill $R
          exit
        }
        size() { if [ -f "$1" ]; then wc -c <"$1"; else echo 0; fi; }
        piece() { tail -c +$(($2 + 1)) "$1" | head -c $(($3 - $2)); }
        follow() {
          trap - TERM
          w=0.05 r=
          while :; do
            if over; then r=$x; else born $p; [ "$T" = "$a" ] || { over && r=$x || r=dead; }; fi
            y=$(size "$d.out") z=$(size "$d.err")
            [ $y -le $o ] || { piece "$d.out" $o $y; o=$y w=0.05; }
            [ $z -le $e ] || { piece "$d.err" $e $z >&2; e=$z w=0.05; }
            [ -z "$r" ] || break
            sleep $w || sleep 1
            case $w in 0.05) w=0.1 ;; 0.1) w=0.2 ;; *) w=0.5 ;; esac
          done
          if [ "$r" = dead ]; then
            r=-; { read -r r <"$d.why"; } 2>/dev/null
            r="- 0 0 $r ."
          fi
          echo "$m.$r $y $z"
        }
        case $mode in
        start) if make; then begin; else attach; fi ;;
        esac
        home; have || { temp; have; } || {
          boot
          [ $mode = again ] && [ $U -gt $((age + 60)) ] && { if make; then begin; fi; }
          have || no 'lost its record is gone from the target'
        }
        attach
        """#

    /// The text in the variable `s`, in a lighter shell than bash where there is one: it is forked some times.
    static let launch = #"""
        [ -z "$BASH_VERSION" ] || [ ! -x /bin/sh ] || [ /bin/sh -ef /bin/bash ] || exec /bin/sh -c "$s"
        eval "$s"
        """#

    /// Removes what is kept of the command with the id `i`.
    static let discard = #"""
        for b in "$HOME/.opsconductor/spool" "/tmp/opsconductor-$(id -u)"; do
          if [ -f "$b/$i.run" ] && [ -O "$b" ]; then rm -f "$b/$i".*; fi
        done
        """#
}
