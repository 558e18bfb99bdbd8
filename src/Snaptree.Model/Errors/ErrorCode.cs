namespace Snaptree.Model;

/// <summary>
/// What went wrong, with libvirt's numbers (<c>VIR_ERR_*</c>) so that every surface can pass them on unchanged.
/// The numbers are stored and sent over the wire: append only.
/// </summary>
public enum ErrorCode
{
    /// <summary>A rule of ours is broken; nothing the user did explains it (<c>VIR_ERR_INTERNAL_ERROR</c>).</summary>
    Internal = 1,

    /// <summary>The driver lacks the call (<c>VIR_ERR_NO_SUPPORT</c>).</summary>
    NoSupport = 3,

    /// <summary>There is no driver for that address (<c>VIR_ERR_NO_CONNECT</c>).</summary>
    NoConnection = 5,

    /// <summary>An argument is malformed (<c>VIR_ERR_INVALID_ARG</c>).</summary>
    InvalidArgument = 8,

    /// <summary>The hypervisor or a tool said no, or a name is taken (<c>VIR_ERR_OPERATION_FAILED</c>).</summary>
    OperationFailed = 9,

    /// <summary>A document is well formed but wrong (<c>VIR_ERR_XML_ERROR</c>).</summary>
    Xml = 27,

    /// <summary>The connection is read-only (<c>VIR_ERR_OPERATION_DENIED</c>).</summary>
    OperationDenied = 29,

    /// <summary>A document is not well formed (<c>VIR_ERR_XML_DETAIL</c>).</summary>
    XmlDetail = 35,

    /// <summary>The operating system said no (<c>VIR_ERR_SYSTEM_ERROR</c>).</summary>
    System = 38,

    /// <summary>No domain of that name or UUID (<c>VIR_ERR_NO_DOMAIN</c>).</summary>
    NoDomain = 42,

    /// <summary>Right call, wrong moment: the domain's state does not allow it (<c>VIR_ERR_OPERATION_INVALID</c>).</summary>
    OperationInvalid = 55,

    /// <summary>The configuration asks for something that cannot be realised (<c>VIR_ERR_CONFIG_UNSUPPORTED</c>).</summary>
    ConfigUnsupported = 67,

    /// <summary>Another operation holds the domain, or something did not answer in time (<c>VIR_ERR_OPERATION_TIMEOUT</c>).</summary>
    OperationTimeout = 68,

    /// <summary>What was given is no snapshot (<c>VIR_ERR_INVALID_DOMAIN_SNAPSHOT</c>).</summary>
    InvalidSnapshot = 71,

    /// <summary>No snapshot of that name (<c>VIR_ERR_NO_DOMAIN_SNAPSHOT</c>).</summary>
    NoSnapshot = 72,

    /// <summary>The argument is understood and not supported (<c>VIR_ERR_ARGUMENT_UNSUPPORTED</c>).</summary>
    ArgumentUnsupported = 74,

    /// <summary>The revert would lose something and needs to be told so (<c>VIR_ERR_SNAPSHOT_REVERT_RISKY</c>).</summary>
    RevertRisky = 77,

    /// <summary>The user stopped it (<c>VIR_ERR_OPERATION_ABORTED</c>).</summary>
    OperationAborted = 78,

    /// <summary>A number is too large to be kept (<c>VIR_ERR_OVERFLOW</c>).</summary>
    Overflow = 82,

    /// <summary>A block job of somebody else copies the disk (<c>VIR_ERR_BLOCK_COPY_ACTIVE</c>).</summary>
    BlockCopyActive = 83,

    /// <summary>The operation is not possible on this object (<c>VIR_ERR_OPERATION_UNSUPPORTED</c>).</summary>
    OperationUnsupported = 84,

    /// <summary>The guest's agent does not answer, or there is none (<c>VIR_ERR_AGENT_UNRESPONSIVE</c>).</summary>
    AgentUnresponsive = 86,

    /// <summary>The caller may not do that (<c>VIR_ERR_ACCESS_DENIED</c>).</summary>
    AccessDenied = 88,

    /// <summary>A document does not fit its schema (<c>VIR_ERR_XML_INVALID_SCHEMA</c>).</summary>
    XmlInvalidSchema = 92,
}
