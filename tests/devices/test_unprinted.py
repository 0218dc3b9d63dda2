"""The list of numbers without their paper: what staff can still print, and nothing else."""

from scene import SITE


def listed(scene):
    return {entry["number"]: (entry["state"], entry["printer"]) for entry in scene.staff_see()["unprinted"]}


def test_a_number_given_without_paper_is_listed_until_its_paper_came_out_or_it_ended(hall):
    scene, machine, _ = hall(mode="text", roll=10, near_end=5)
    scene.issue(1)  # tears
    scene.wait_told("paper_out")
    wanted, cancelled, left = scene.issue(3)
    assert scene.given[wanted]["print"]["state"] == "unavailable"
    bare = ("unavailable", "kiosk1")
    scene.wait(lambda: [listed(scene).get(n) for n in (wanted, cancelled, left)] == [bare] * 3, "listed")
    scene.judge()

    path = f"{SITE}/tickets/{scene.given[cancelled]['id']}/cancel"
    assert scene.server.call("POST", path, {}, role="staff").status == 200
    machine.new_roll()
    scene.wait_told("ready")
    scene.reprint(wanted)
    scene.wait(lambda: scene.states(wanted) == ["confirmed"], "the paper")
    assert set(listed(scene)) & {wanted, cancelled, left} == {left}
    scene.judge()


def test_papers_of_a_printer_that_is_gone_from_the_configuration_are_listed(hall):
    scene, _, _ = hall(mode="text", expires_s=2)
    server = scene.server
    scene.machines["kiosk1"].open_cover()
    (number,) = scene.issue(1)
    server.kill()
    server.options += ["--set", "printers.kiosk1.device=none:"]
    scene.machines.clear()
    server.restart()
    scene.wait(lambda: number in listed(scene), "listed")
    assert listed(scene)[number][0] in ("expired", "unavailable", "unknown")
    path = f"{SITE}/tickets/{scene.given[number]['id']}/reprint"
    answer = server.call("POST", path, {"printer": "kiosk1"}, role="staff")
    assert (answer.status, answer.json["code"]) == (409, "no_printer")
    assert number in listed(scene), "what was asked in vain hides nothing"
