using Snaptree.Cli.Json;
using Snaptree.Cli.Render;
using Snaptree.Cli.Text;

namespace Snaptree.Cli.Tests.Render;

public sealed class PlanTests
{
    [Fact]
    public void A_plan_shows_steps_costs_and_the_point_of_no_return() =>
        Assert.Equal(
            """
            create snapshot 's1' of domain 'web1'

            Steps
              1  create overlay /images/web1.s1.qcow2 on /images/web1.qcow2 (vda)
              2  open 1 overlay(s) in the running guest's hypervisor
              3  pause the guest
              4  save the guest's memory to /state/s1.mem
              -- point of no return: until here everything can be put back --
              5  switch vda to the overlay(s) in one transaction
              6  let the guest go on

            Files written
              /images/web1.s1.qcow2
              /state/s1.mem

            Copied
              at most 1.0 GiB

            Space
              /state: needs at most 1.0 GiB, 512 MiB free - NOT ENOUGH, IT WOULD BE REFUSED

            Cannot be brought back
              nothing that matters

            Guest
              the guest stands still while its memory is written

            Notes
              a note
            """,
            Samples.Text(PlanRenderer.Render(Samples.CreatePlan(), Style.Plain)));

    [Fact]
    public void A_plan_as_json_says_the_same()
    {
        using var output = new StringWriter();
        JsonText.Write(output, json => PlanShape.Write(json, [Samples.CreatePlan()]));
        using var parsed = System.Text.Json.JsonDocument.Parse(output.ToString());
        var plan = parsed.RootElement.GetProperty("plans")[0];
        Assert.Equal(5, plan.GetProperty("pointOfNoReturn").GetInt32());
        Assert.Equal(6, plan.GetProperty("steps").GetArrayLength());
        Assert.Equal(1L << 30, plan.GetProperty("copiedBytesAtMost").GetInt64());
        Assert.Equal(512L << 20, plan.GetProperty("space")[0].GetProperty("freeBytes").GetInt64());
        Assert.Empty(plan.GetProperty("filesRemoved").EnumerateArray());
        Assert.Equal("nothing that matters", plan.GetProperty("cannotBeBroughtBack")[0].GetString());
    }

    [Fact]
    public void A_list_as_json_has_the_documented_shape()
    {
        using var output = new StringWriter();
        JsonText.Write(output, json => SnapshotShape.WriteListing(json, Samples.Listing(Samples.Tree("名前", "名前"))));
        Assert.Equal(
            """
            {
              "domain": "web1",
              "domainUuid": "11111111-2222-3333-4444-555555555555",
              "state": "running",
              "unfinished": null,
              "current": "名前",
              "snapshots": [
                {
                  "name": "名前",
                  "uuid": "00000001-0000-0000-0000-000000000000",
                  "description": null,
                  "parent": null,
                  "children": [],
                  "current": true,
                  "createdAt": "2026-11-21T11:00:00+00:00",
                  "kind": "checkpoint",
                  "location": "external",
                  "state": "running",
                  "sizeBytes": 1610612736,
                  "fileMissing": false,
                  "memory": {
                    "location": "external",
                    "path": "/state/0.mem"
                  },
                  "disks": [
                    {
                      "name": "vda",
                      "location": "external",
                      "image": "/images/0.qcow2",
                      "format": "qcow2"
                    }
                  ]
                }
              ]
            }

            """,
            output.ToString());
    }
}
