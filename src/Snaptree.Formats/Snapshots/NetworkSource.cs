using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The <c>source</c> of a network image: what libvirt's common source grammar demands of it. Its text is kept as it is.</summary>
internal sealed class NetworkSource(XElement source, string disk)
{
    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Xml"/>: no protocol, an unknown one, or no name; <see cref="ErrorCode.ConfigUnsupported"/>: an unknown transport.
    /// </exception>
    internal void Check()
    {
        var protocol = Values.Attribute(source, "protocol")
            ?? throw XmlErrors.Wrong("Missing required attribute 'protocol' in element 'source'", "Add for example protocol='nbd'.", disk);
        if (!IsProtocol(protocol))
        {
            throw XmlErrors.InvalidAttribute(source, "protocol", protocol, "Name a protocol of network images, for example nbd or rbd.", disk);
        }

        if (protocol != "nbd" && Values.Attribute(source, "name") is null)
        {
            throw XmlErrors.Wrong("missing name for disk source", "Add name='…' to <source>.", disk);
        }

        foreach (var transport in source.Elements("host").Select(host => Values.Attribute(host, "transport")))
        {
            if (transport is not (null or "tcp" or "unix" or "rdma" or "vsock"))
            {
                throw XmlErrors.Unsupported($"unknown protocol transport type '{transport}'", "Write tcp, unix, rdma or vsock.", disk);
            }
        }
    }

    private static bool IsProtocol(string word) => word is "nbd" or "rbd" or "sheepdog" or "gluster" or "iscsi" or "http" or "https"
        or "ftp" or "ftps" or "tftp" or "ssh" or "vxhs" or "nfs";
}
