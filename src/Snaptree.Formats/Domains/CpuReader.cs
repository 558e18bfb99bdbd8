using System.Xml.Linq;

namespace Snaptree.Formats;

/// <summary>Reads <c>cpu</c> into the name that QEMU has for the model.</summary>
internal sealed class CpuReader(Findings findings, int virtualCpus)
{
    internal string? Read(XElement? cpu)
    {
        if (cpu is null)
        {
            return null;
        }

        findings.Others(cpu, "cpu", ["mode", "match", "check", "migratable"], ["model", "topology"]);
        ReadTopology(Values.Single(cpu, "topology"));
        var model = Values.Single(cpu, "model");
        return Values.Attribute(cpu, "mode") switch
        {
            "host-passthrough" => "host",
            "host-model" => "host",
            "maximum" => "max",
            null or "custom" when model is not null => ReadModel(model),
            null => null,
            "custom" => throw XmlErrors.Wrong("<cpu mode='custom'> has no <model>", "Add for example <model>qemu64</model>."),
            var other => throw XmlErrors.Unsupported(
                $"<cpu mode='{other}'> is unknown", "Write host-passthrough, host-model, maximum or custom."),
        };
    }

    private string ReadModel(XElement model)
    {
        findings.OtherAttributes(model, "cpu/model", ["fallback"]);
        return Values.Word(model.Value.Trim(), "processor model");
    }

    private void ReadTopology(XElement? topology)
    {
        // One socket per processor is what the hypervisor builds when it is told nothing.
        var isDefault = topology is null || topology.Attributes().All(attribute =>
            attribute.Value == (attribute.Name == "sockets" ? $"{virtualCpus}" : "1"));
        findings.AddIf(!isDefault, "cpu/topology");
    }
}
