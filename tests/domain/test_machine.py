"""The rules of test_wandering, driven by hypothesis: fewer commands, but a failure shrinks to those that matter."""

from hallkit.audit import Audit
from hallkit.hall import HOUR, STARTS
from hallkit.sites import wandering
from hallkit.wander import KINDS, Proposals
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from queue_server.domain import commands as c


class AHall(RuleBasedStateMachine):
    """Every command of `hallkit.wander`, its choices made by hypothesis; the audit looks after each."""

    def __init__(self) -> None:
        super().__init__()
        self.audit = Audit(every=1)
        self.proposals = Proposals(wandering())
        self.now = STARTS + 9 * HOUR

    @initialize(rules=st.sampled_from(wandering()))
    def open(self, rules):
        self.audit.give(c.OpenDay(day="day", starts=STARTS, rules=rules), self.now)
        for counter in rules.counters:
            self.audit.give(c.OpenCounter(counter=counter), self.now)

    @rule(minutes=st.sampled_from([0.25, 1, 6, 20]))
    def wait(self, minutes):
        self.now += int(minutes * 60_000)

    @rule(kind=st.sampled_from([c.IssueTicket, c.CallNext, c.FinishHandoff]), chance=st.randoms())
    def usual(self, kind, chance):
        self.audit.give(self.proposals.of(kind, self.audit.state, self.now, chance), self.now)

    @rule(kind=st.sampled_from(KINDS), chance=st.randoms())
    def any(self, kind, chance):
        self.audit.give(self.proposals.of(kind, self.audit.state, self.now, chance), self.now)

    def teardown(self) -> None:
        self.audit.compare()


TestAHall = AHall.TestCase
TestAHall.settings = settings(
    max_examples=150,
    stateful_step_count=70,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
