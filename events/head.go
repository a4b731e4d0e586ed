package events

// Names of attributes, in the order in which an entry holds them.
const (
	hActor       = "ce-actor"
	hActorRole   = "ce-actorrole"
	hCausation   = "ce-causationid"
	hCommandID   = "ce-commandid"
	hCommandType = "ce-commandtype"
	hCorrelation = "ce-correlationid"
	hContentType = "ce-datacontenttype"
	hSchema      = "ce-dataschema"
	hID          = "ce-id"
	hSource      = "ce-source"
	hSpec        = "ce-specversion"
	hSubject     = "ce-subject"
	hTime        = "ce-time"
	hTraceparent = "ce-traceparent"
	hType        = "ce-type"
	attributes   = 15

	specVersion   = "1.0"
	contentType   = "application/json"
	schemaURN     = "urn:seatledger:schema:"
	cloudTypeHead = "seatledger."
	subjectHead   = "ledger"
	subjectParts  = 5
)

// typed is one version of a kind, with what all heads of it have in common.
type typed struct {
	kind    *Kind
	version int
	schema  string // the lines of content type and schema
	cloud   string // the line of the type, and the empty one behind it
}

func newTyped(k *Kind, version int) *typed {
	name := k.SchemaName(version)
	return &typed{
		kind: k, version: version,
		schema: hContentType + ": " + contentType + "\n" + hSchema + ": " + schemaURN + name + "\n",
		cloud:  hType + ": " + cloudTypeHead + name + "\n\n",
	}
}

// text is an attribute that holds any text, and the field that it stands for.
type text struct {
	name  string
	value *string
}

// texts lists the attributes that are free text, in the order of an entry.
func (e *Event) texts() [8]text {
	return [...]text{
		{hActor, &e.Actor}, {hActorRole, &e.ActorRole}, {hCausation, &e.CausationID},
		{hCommandID, &e.CommandID}, {hCommandType, &e.CommandType}, {hCorrelation, &e.CorrelationID},
		{hID, &e.ID}, {hTraceparent, &e.Traceparent},
	}
}

// appendHead writes all of an entry but its data.
func (v *typed) appendHead(b []byte, e *Event) []byte {
	b = appendSubject(b, e.Partner, v.kind.Aggregate, e.AggregateID, v.kind.Type)
	b = append(b, '\n')
	b = appendAttr(b, hActor, e.Actor)
	b = appendAttr(b, hActorRole, e.ActorRole)
	b = appendAttr(b, hCausation, e.CausationID)
	b = appendAttr(b, hCommandID, e.CommandID)
	b = appendAttr(b, hCommandType, e.CommandType)
	b = appendAttr(b, hCorrelation, e.CorrelationID)
	b = append(b, v.schema...)
	b = appendAttr(b, hID, e.ID)
	b = append(b, hSource+": /partners/"...)
	b = append(b, e.Partner...)
	b = append(b, '/')
	b = append(b, v.kind.Aggregate...)
	b = append(b, "s/"...)
	b = append(b, e.AggregateID...)
	b = append(b, "\n"+hSpec+": "+specVersion+"\n"...)
	b = appendAttr(b, hSubject, e.AggregateID)
	b = append(b, hTime+": "...)
	b = e.Time.UTC().AppendFormat(b, TimeLayout)
	b = append(b, '\n')
	if e.Traceparent != "" {
		b = appendAttr(b, hTraceparent, e.Traceparent)
	}
	return append(b, v.cloud...)
}

func appendSubject(b []byte, partner, aggregate, id, typ string) []byte {
	b = append(b, subjectHead...)
	for _, part := range [...]string{partner, aggregate, id, typ} {
		b = append(b, '.')
		b = append(b, part...)
	}
	return b
}

func appendAttr(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = appendEncoded(b, value)
	return append(b, '\n')
}
