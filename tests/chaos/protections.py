"""The lines that protect the work, and the tests that miss each: `tests.chaos.mutants` takes them out."""

from typing import NamedTuple

CHAOS = "the chaos"  # in place of a test: a few seeds


class Mutant(NamedTuple):
    """What protects, where it stands, what is put in its place, and the tests that shall notice."""

    name: str
    file: str
    line: str
    without: str
    tests: str


WRITING, ENGINE, QUEUE = "storage/writing.py", "worker/engine.py", "jobs/queue.py"
SCRIPT, LEASING = "worker/claim_script.py", "worker/leasing.py"
MUTANTS = (
    Mutant(
        "the version check",
        WRITING,
        "        if commit.version != asked:\n",
        "        if False:\n",
        "tests/jobs/test_extract_ticket.py",
    ),
    Mutant(
        "the version that a person saw",
        "jobs/acting.py",
        "    if version is not None and version != seen.version:\n",
        "    if False:\n",
        "tests/jobs/test_acting.py",
    ),
    Mutant(
        "settling the event before",
        WRITING,
        "            self._settle(commits, directory)\n",
        "",
        "tests/storage/test_store_crashes.py",
    ),
    Mutant(
        "settling at recovery",
        "storage/store.py",
        "sum(self._settle(ticket_id, told) for ticket_id in sorted(index.changed))",
        "0",
        "tests/storage/test_store_crashes.py",
    ),
    Mutant(
        "the recovery sweep",
        "jobs/recover_work.py",
        "        rung = await env.queue.put(*owed) if owed else 0\n",
        "        rung = 0\n",
        "tests/jobs/test_recover_work.py",
    ),
    Mutant(
        "the schedule of the sweep",
        "jobs/timetable.py",
        '    Entry("recover_work", Every(RECOVER_EVERY)),\n',
        "",
        "tests/jobs/test_timetable.py",
    ),
    Mutant(
        "a sweep as soon as Redis has forgotten",
        ENGINE,
        "        if is_forgotten and self._on_forgotten:\n",
        "        if False:\n",
        "tests/worker/test_engine_outages.py",
    ),
    Mutant(
        "release by whoever saw a worker die",
        "worker/supervisor.py",
        "            await self._release(name)\n",
        "",
        "tests/worker/test_supervisor.py",
    ),
    Mutant(
        "release puts the jobs back",
        LEASING,
        "    redis.call('ZADD', queue, due, id)\n    redis.call('HDEL', KEYS[1], id)\n",
        "    redis.call('HDEL', KEYS[1], id)\n",
        "tests/worker/test_lease.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "release by the next that starts",
        "worker/settings.py",
        "            for incarnation in (*dead, self._incarnation):\n",
        "            for incarnation in (self._incarnation,):\n",
        "tests/worker/test_incarnations.py",
    ),
    Mutant(
        "only the dead are released",
        "storage/incarnations.py",
        "fullmatch(incarnation) and held.enter_context(sole_owner(path)):\n",
        "fullmatch(incarnation) and (held.enter_context(sole_owner(path)) or True):\n",
        "tests/storage/test_incarnations.py",
    ),
    Mutant(
        "waking somebody after a release",
        LEASING,
        "    redis.call('LPUSH', KEYS[3], '1')\n    count = count + 1\n",
        "    count = count + 1\n",
        "tests/worker/test_lease.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "a lease that ends",
        SCRIPT,
        "  elseif tonumber(first[2]) <= now then\n",
        "  elseif false then\n",
        "tests/worker/test_claiming.py",
    ),
    Mutant(
        "the renewal of leases",
        LEASING,
        "                self._renew(leases)\n",
        "                pass\n",
        "tests/worker/test_lease.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "a lease that another has is not revived",
        LEASING,
        "  elseif string.sub(entry, 1, #holder + 1) ~= holder .. ' ' then\n",
        "  elseif false then\n",
        "tests/worker/test_lease.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "the token of whoever ends a job",
        SCRIPT,
        "    if token ~= one.token then\n",
        "    if false then\n",
        "tests/worker/test_claiming.py",
    ),
    Mutant(
        "tokens that only grow",
        SCRIPT,
        "  if token < now then\n",
        "  if false then\n",
        "tests/worker/test_claiming.py",
    ),
    Mutant(
        "a job that runs here is not begun again",
        ENGINE,
        "        if is_running:\n",
        "        if False:\n",
        "tests/worker/test_engine_outages.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "a dead loop holds no jobs",
        LEASING,
        "        is_silent = silent > WATCHDOG_SECONDS\n",
        "        is_silent = False\n",
        "tests/worker/test_lease.py tests/worker/test_lease_tokens.py",
    ),
    Mutant(
        "a dead loop ends its process",
        LEASING,
        "            self._on_dead()\n",
        "            pass\n",
        "tests/worker/test_lease.py",
    ),
    Mutant(
        "one job of a ticket at a time",
        SCRIPT,
        "  if grouped[group] >= most then return false end\n",
        "",
        "tests/worker/test_groups.py",
    ),
    Mutant(
        "a group that no crash leaves closed",
        SCRIPT,
        " + redis.call('HEXISTS', running, id)",
        " + 1",
        "tests/worker/test_groups.py",
    ),
    Mutant(
        "a letter for what cannot be run",
        "worker/performing.py",
        "            await self._on_unrun(self._claim.job_id, self._claim.payload)\n",
        "            pass\n",
        "tests/worker/test_engine_robustness.py",
    ),
    Mutant(
        "a stop that is remembered",
        "worker/command.py",
        "    while not stop.is_asked and not await answers(address):\n",
        "    while not await answers(address):\n",
        "tests/worker/test_command.py",
    ),
    Mutant(
        "an end that was not told yet is kept",
        ENGINE,
        "            held += [ending.claim.token for ending in self._ended]\n",
        "",
        "tests/worker/test_refusals.py",
    ),
    Mutant(
        "a full Redis hands out jobs",
        SCRIPT,
        'TURN = """#!lua flags=allow-oom\n',
        'TURN = """\n',
        "tests/worker/test_refusals.py",
    ),
    Mutant(
        "what a clock left in the future comes",
        QUEUE,
        "      redis.call('ZADD', KEYS[1], due, id)\n      late",
        "      late",
        "tests/worker/test_clocks.py",
    ),
    Mutant(
        "dedupe of job ids",
        QUEUE,
        "redis.call('ZADD', KEYS[1], 'NX', due, id) == 1 then\n",
        "redis.call('ZADD', KEYS[1], due, id) < 2 then\n",
        "tests/jobs/test_queue.py",
    ),
    Mutant(
        "dedupe of orders by their key",
        "api/work_orders.py",
        "work_order_id_for(idempotency_key) if idempotency_key else str(uuid4())",
        "str(uuid4())",
        "tests/api/test_work_orders.py",
    ),
    Mutant(
        "dedupe of tickets by their order",
        "jobs/extract_ticket.py",
        "        if await env.store.tickets.find(order.ticket_id):\n",
        "        if False:\n",
        "tests/jobs/test_extract_ticket.py",
    ),
    Mutant(
        "another body under the same key",
        "storage/work_orders.py",
        "        if earlier.fingerprint != order.fingerprint:\n",
        "        if False:\n",
        "tests/jobs/test_inbox.py",
    ),
    Mutant(
        "accepting without a bell",
        "jobs/inbox.py",
        "    except UnavailableError as error:\n",
        "    except ZeroDivisionError as error:\n",
        "tests/jobs/test_inbox.py",
    ),
    Mutant(
        "a worker that outlives its Redis",
        ENGINE,
        "        except (RedisError, OSError) as error:\n            if not self._is_away:\n",
        "        except ZeroDivisionError as error:\n            if not self._is_away:\n",
        "tests/worker/test_engine_outages.py",
    ),
    Mutant(
        "children that die with their parent",
        "worker/children.py",
        "        preexec_fn=partial(die_with_parent, signal.SIGTERM),\n",
        "",
        "tests/worker/test_supervisor.py",
    ),
    Mutant(
        "children whose loop is wedged die as well",
        "jobs/kinship.py",
        "    os._exit(os.EX_SOFTWARE)\n",
        "",
        "tests/worker/test_orphans.py",
    ),
    Mutant(
        "workers whatever they do leave the door open",
        "worker/supervisor.py",
        "            if is_needed or (child.is_first and not is_steady):\n",
        "            if True:\n",
        "tests/worker/test_supervisor_refusals.py",
    ),
    Mutant(
        "a disk that is ill is waited for",
        "worker/command.py",
        "        except (RedisError, OSError, Texas811Error) as error:\n",
        "        except RedisError as error:\n",
        "tests/worker/test_ill_disk.py",
    ),
    Mutant(
        "a job that kills its worker is buried",
        "worker/run.py",
        "        if lost >= self._kind.lost_workers_max:\n",
        "        if False:\n",
        "tests/worker/test_run_budgets.py",
    ),
)
