package queues

import (
	"context"
	"crypto/md5" // what SQS answers with
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Account is the AWS account that URLs and ARNs of queues name.
const Account = "000000000000"

// ARN is the name functions know a queue by.
func ARN(region, queue string) string { return "arn:aws:sqs:" + region + ":" + Account + ":" + queue }

// URL is the address of a queue below the endpoint, which has no trailing slash.
func URL(endpoint, queue string) string { return endpoint + "/" + Account + "/" + queue }

// request has the members of all requests that are played.
type request struct {
	QueueUrl            string
	QueueName           string
	QueueNamePrefix     string
	MessageBody         string
	ReceiptHandle       string
	SourceArn           string
	DestinationArn      string
	MaxNumberOfMessages int
	VisibilityTimeout   *int
	WaitTimeSeconds     int
	Entries             []entry

	MessageSystemAttributes systemAttributes
}

// systemAttributes has the one there is.
type systemAttributes struct{ AWSTraceHeader struct{ StringValue string } }

type entry struct {
	Id, MessageBody, ReceiptHandle string
	VisibilityTimeout              int
	MessageSystemAttributes        systemAttributes
}

type object = map[string]any

// problem is an error in the form of AWS's JSON 1.0 protocol.
type problem struct{ code, message string }

func (p *problem) Error() string { return p.code + ": " + p.message }

// Limits of SQS: messages in a call, bytes of a body and of all bodies of a call.
const (
	maxBatch = 10
	maxBytes = 1 << 20
)

// region is that of the ARNs that are told; any is understood.
const region = "eu-central-1"

// Handler answers requests of SDK clients whose endpoint is endpoint: SendMessage, ReceiveMessage,
// DeleteMessage, ChangeMessageVisibility, the batches of sending and deleting, what lists queues and
// tells of one, and StartMessageMoveTask back to the source.
func (b *Broker) Handler(endpoint string) http.Handler {
	operations := map[string]func(context.Context, request) (object, error){
		"GetQueueUrl": func(_ context.Context, in request) (object, error) {
			if _, err := b.settings(in.QueueName); err != nil {
				return nil, err
			}
			return object{"QueueUrl": URL(endpoint, in.QueueName)}, nil
		},
		"GetQueueAttributes": b.attributes, "SendMessage": b.sendMessage, "SendMessageBatch": b.sendBatch,
		"ReceiveMessage": b.receiveMessage, "DeleteMessage": b.deleteMessage, "DeleteMessageBatch": b.deleteBatch,
		"ChangeMessageVisibility": b.changeVisibility, "StartMessageMoveTask": b.startMove,
		"ListQueues": func(_ context.Context, in request) (object, error) {
			return object{"QueueUrls": b.urls(endpoint, func(s Settings) bool { return strings.HasPrefix(s.Name, in.QueueNamePrefix) })}, nil
		},
		"ListDeadLetterSourceQueues": func(_ context.Context, in request) (object, error) {
			return object{"queueUrls": b.urls(endpoint, func(s Settings) bool { return s.DeadLetters == path.Base(in.QueueUrl) })}, nil
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		name, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
		var in request
		operation, ok := operations[name]
		if !ok {
			refuse(w, &problem{"com.amazonaws.sqs#UnsupportedOperation", "not played here: " + name})
			return
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*maxBytes)).Decode(&in); err != nil {
			refuse(w, &problem{"com.amazon.coral.service#SerializationException", err.Error()})
			return
		}
		out, err := operation(r.Context(), in)
		if err != nil {
			refuse(w, err)
			return
		}
		json.NewEncoder(w).Encode(out)
	})
}

// urls lists the queues that are asked for.
func (b *Broker) urls(endpoint string, asked func(Settings) bool) []string {
	all := []string{}
	for _, name := range slices.Sorted(maps.Keys(b.queues)) {
		if asked(b.queues[name]) {
			all = append(all, URL(endpoint, name))
		}
	}
	return all
}

func refuse(w http.ResponseWriter, err error) {
	status, p := http.StatusBadRequest, &problem{"com.amazonaws.sqs#InternalError", err.Error()}
	switch known, ok := errors.AsType[*problem](err); {
	case ok:
		p = known
	case errors.Is(err, ErrNoQueue):
		p.code = "com.amazonaws.sqs#QueueDoesNotExist"
	case errors.Is(err, ErrReceipt):
		p.code = "com.amazonaws.sqs#MessageNotInflight"
	default:
		status = http.StatusInternalServerError
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(object{"__type": p.code, "message": p.message})
}

func (b *Broker) attributes(ctx context.Context, in request) (object, error) {
	queue := path.Base(in.QueueUrl)
	visible, hidden, err := b.Depth(ctx, queue)
	if err != nil {
		return nil, err
	}
	return object{"Attributes": object{
		"ApproximateNumberOfMessages": strconv.Itoa(visible), "ApproximateNumberOfMessagesNotVisible": strconv.Itoa(hidden),
		"QueueArn":               ARN(region, queue),
		"VisibilityTimeout":      strconv.Itoa(int(b.queues[queue].Visibility / time.Second)),
		"MessageRetentionPeriod": strconv.Itoa(int(Retention / time.Second)),
	}}, nil
}

// wrongBody says what SQS holds against a body: it must be text of XML's characters, neither empty nor too long.
func wrongBody(body string) *problem {
	switch {
	case body == "":
		return &problem{"com.amazonaws.sqs#MissingParameter", "the message body is empty"}
	case len(body) > maxBytes:
		return &problem{"com.amazonaws.sqs#InvalidParameterValue", "the message is over 1 MiB"}
	case strings.ContainsFunc(body, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }):
		return &problem{"com.amazonaws.sqs#InvalidMessageContents", "the message has characters outside the allowed set"}
	}
	return nil
}

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

func (b *Broker) sendMessage(ctx context.Context, in request) (object, error) {
	if wrong := wrongBody(in.MessageBody); wrong != nil {
		return nil, wrong
	}
	ids, err := b.send(ctx, path.Base(in.QueueUrl), in.MessageSystemAttributes.AWSTraceHeader.StringValue, in.MessageBody)
	if err != nil {
		return nil, err
	}
	return object{"MessageId": ids[0], "MD5OfMessageBody": digest(in.MessageBody)}, nil
}

func checkBatch(entries []entry) error {
	size := 0
	for i, e := range entries {
		size += len(e.MessageBody)
		if slices.ContainsFunc(entries[:i], func(other entry) bool { return other.Id == e.Id }) {
			return &problem{"com.amazonaws.sqs#BatchEntryIdsNotDistinct", "id " + e.Id + " comes twice"}
		}
	}
	switch {
	case len(entries) == 0:
		return &problem{"com.amazonaws.sqs#EmptyBatchRequest", "no entry"}
	case len(entries) > maxBatch:
		return &problem{"com.amazonaws.sqs#TooManyEntriesInBatchRequest", fmt.Sprintf("%d entries, at most %d", len(entries), maxBatch)}
	case size > maxBytes:
		return &problem{"com.amazonaws.sqs#BatchRequestTooLong", "the messages are over 1 MiB"}
	}
	return nil
}

func (b *Broker) sendBatch(ctx context.Context, in request) (object, error) {
	if err := checkBatch(in.Entries); err != nil {
		return nil, err
	}
	sent, failed := []object{}, []object{}
	for _, e := range in.Entries {
		out, err := b.sendMessage(ctx, request{QueueUrl: in.QueueUrl, MessageBody: e.MessageBody, MessageSystemAttributes: e.MessageSystemAttributes})
		if wrong, ok := errors.AsType[*problem](err); ok {
			failed = append(failed, object{"Id": e.Id, "Code": strings.TrimPrefix(wrong.code, "com.amazonaws.sqs#"), "Message": wrong.message, "SenderFault": true})
			continue
		}
		if err != nil {
			return nil, err
		}
		out["Id"] = e.Id
		sent = append(sent, out)
	}
	return object{"Successful": sent, "Failed": failed}, nil
}

func (b *Broker) receiveMessage(ctx context.Context, in request) (object, error) {
	n, visibility := max(in.MaxNumberOfMessages, 1), time.Duration(0)
	if in.VisibilityTimeout != nil {
		visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	if n > maxBatch || in.WaitTimeSeconds > 20 {
		return nil, &problem{"com.amazonaws.sqs#InvalidParameterValue", "at most 10 messages, and 20 seconds"}
	}
	found, err := b.Receive(ctx, path.Base(in.QueueUrl), n, visibility, time.Duration(in.WaitTimeSeconds)*time.Second)
	if err != nil {
		return nil, err
	}
	messages := []object{}
	for _, m := range found {
		attributes := object{
			"ApproximateReceiveCount": strconv.Itoa(m.Receives), "SentTimestamp": strconv.FormatInt(m.SentAt.UnixMilli(), 10),
		}
		if m.Trace != "" {
			attributes["AWSTraceHeader"] = m.Trace
		}
		messages = append(messages, object{
			"MessageId": m.ID, "ReceiptHandle": m.Receipt, "Body": m.Body, "MD5OfBody": digest(m.Body), "Attributes": attributes,
		})
	}
	return object{"Messages": messages}, nil
}

func (b *Broker) deleteMessage(ctx context.Context, in request) (object, error) {
	return object{}, b.Delete(ctx, path.Base(in.QueueUrl), in.ReceiptHandle)
}

func (b *Broker) deleteBatch(ctx context.Context, in request) (object, error) {
	if err := checkBatch(in.Entries); err != nil {
		return nil, err
	}
	done := []object{}
	for _, e := range in.Entries {
		if err := b.Delete(ctx, path.Base(in.QueueUrl), e.ReceiptHandle); err != nil {
			return nil, err
		}
		done = append(done, object{"Id": e.Id})
	}
	return object{"Successful": done, "Failed": []object{}}, nil
}

func (b *Broker) changeVisibility(ctx context.Context, in request) (object, error) {
	if in.VisibilityTimeout == nil || *in.VisibilityTimeout < 0 || *in.VisibilityTimeout > 12*3600 {
		return nil, &problem{"com.amazonaws.sqs#InvalidParameterValue", "VisibilityTimeout is 0 to 43200 seconds"}
	}
	return object{}, b.Hide(ctx, path.Base(in.QueueUrl), in.ReceiptHandle, time.Duration(*in.VisibilityTimeout)*time.Second)
}

func (b *Broker) startMove(ctx context.Context, in request) (object, error) {
	if in.DestinationArn != "" {
		return nil, &problem{"com.amazonaws.sqs#UnsupportedOperation", "messages go back to where they came from"}
	}
	queue := in.SourceArn[strings.LastIndex(in.SourceArn, ":")+1:]
	if _, err := b.Redrive(ctx, queue); err != nil {
		return nil, err
	}
	return object{"TaskHandle": queue}, nil
}
